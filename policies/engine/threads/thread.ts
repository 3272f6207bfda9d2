// One evaluation thread from its start to its end, seen from the host. Its jobs are in its ring; deadlines and
// replacement are the pool's.

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { DataPatch } from '../../inventory/key-tree.ts';
import type { Bundle } from '../loading/bundle.ts';
import type { Job } from './job.ts';
import { Ring } from './ring.ts';
import { STRUCTURED_KINDS } from './structure.ts';

/** What a thread is born with. */
export interface ThreadSpec {
  readonly memory: SharedArrayBuffer;
  readonly module: WebAssembly.Module;
  readonly maximumPages: number;
  readonly mailbox: MessagePort;
  /** By position; entrypoints as numbers. */
  readonly plans: readonly {
    readonly kind: string;
    readonly operation: string;
    readonly collector: number;
    readonly policies: readonly number[];
    readonly checksStructure: boolean;
  }[];
}

export interface ThreadOptions {
  readonly maximumPages: number;
  /** Milliseconds on the monotonic clock. */
  readonly now: () => number;
  /** Answers were handed out: there is room for more. */
  readonly onFree: (thread: EvaluationThread) => void;
}

/** Texts that live for one evaluation: V8's own limit of 48 MiB would be used up in time, and never given back. */
const YOUNG_MIB = 4;

export class EvaluationThread {
  readonly bundle: Bundle;
  readonly #ring: Ring;
  readonly #worker: Worker;
  readonly #loaded: Promise<void>;

  constructor(bundle: Bundle, options: ThreadOptions) {
    this.bundle = bundle;
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    this.#ring = new Ring(bundle, port1, { now: options.now, onAnswered: () => options.onFree(this) });
    this.#worker = new Worker(new URL('./start-worker.mjs', import.meta.url), {
      workerData: specOf(bundle, this.#ring.memory, options.maximumPages, port2),
      transferList: [port2],
      name: 'evaluation',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#loaded = new Promise((resolve, reject) => {
      this.#worker.once('message', () => resolve());
      this.#worker.once('error', thrown => reject(toError(thrown)));
      this.#worker.once('exit', () => reject(new Error('the evaluation thread ended while it was starting')));
    });
    // Thrown to whoever waits for it to load; a thread may be given up before anybody does.
    this.#loaded.catch(() => {});
  }

  /** Jobs under way or queued here. */
  get outstanding(): number {
    return this.#ring.outstanding;
  }

  get isEnded(): boolean {
    return this.#ring.hasEnded;
  }

  get hasRoom(): boolean {
    return this.#ring.hasRoom;
  }

  /** True when patches have doubled the heap that data had when it was complete. */
  get isBloated(): boolean {
    return this.#ring.isBloated;
  }

  /**
   * Loads data, warms up, and resolves when the thread answers. Rejects when the bundle does not run, or runs for longer
   * than `withinMs` without an answer; the thread is then of no use.
   */
  async load(data: Uint8Array<ArrayBuffer>, withinMs: number): Promise<void> {
    this.#ring.post({ type: 'load', data }, [data.buffer]);
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      void this.kill();
    }, withinMs);
    try {
      await this.#loaded;
    } catch (error) {
      throw isLate ? new Error(`the evaluation thread did not answer within ${withinMs} ms`) : error;
    } finally {
      clearTimeout(limit);
    }
  }

  /** An evaluation submitted later sees the change. */
  patch(patches: readonly DataPatch[]): void {
    this.#ring.post({ type: 'patch', patches });
  }

  /**
   * Says that the data, as patched so far, is what it should be: it is bloated when it has doubled since. Resolves once
   * the thread has taken in all of it, or has ended.
   */
  settle(): Promise<void> {
    return this.#ring.settle();
  }

  /** The caller has checked `hasRoom`. */
  submit(job: Job): void {
    this.#ring.submit(job);
  }

  /** Whether one job has been under evaluation for longer than `limitMs`. Answers that lie ready are taken first. */
  hasOverrun(now: number, limitMs: number): boolean {
    return this.#ring.hasOverrun(now, limitMs);
  }

  /** Gives up jobs whose deadline has passed. One under evaluation goes on, but nobody waits for it. */
  expire(now: number): void {
    this.#ring.expire(now);
  }

  /** Ends the thread at once; gives the job under evaluation and those that had not begun. */
  async kill(): Promise<{ head: Job | undefined; rest: Job[] }> {
    const [head, ...rest] = this.#ring.end();
    await this.#worker.terminate();
    return { head, rest: rest.filter(job => job !== undefined) };
  }

  /** Lets the jobs that are here finish, then ends the thread. */
  async retire(): Promise<void> {
    while (!this.isEnded && this.outstanding > 0) await new Promise(resolve => setTimeout(resolve, 1));
    if (!this.isEnded) await this.kill();
  }

  /** Calls back, once or twice, when the thread ends by itself. */
  onLost(callback: (error: Error) => void): void {
    this.#worker.once('error', error => {
      if (!this.isEnded) callback(toError(error));
    });
    this.#worker.once('exit', code => {
      if (!this.isEnded) callback(new Error(`the evaluation thread ended with code ${code}`));
    });
  }
}

function specOf(
  bundle: Bundle,
  memory: SharedArrayBuffer,
  maximumPages: number,
  mailbox: MessagePort,
): ThreadSpec {
  const plans = [...bundle.plans.values()].map(plan => ({
    kind: plan.kind,
    operation: plan.operation,
    collector: bundle.entrypoints[plan.entrypoint] ?? -1,
    policies: plan.rules.map(rule => bundle.entrypoints[rule.entrypoint] ?? -1),
    checksStructure: plan.family === 'governance' && STRUCTURED_KINDS.has(plan.kind),
  }));
  return { memory, module: bundle.module, maximumPages, mailbox, plans };
}

/** A thread may die of anything: aborts of Wasm are strings. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
