// The host's side of one evaluation thread: submits jobs in order, hands out answers in order, ends the thread.
// It knows nothing of policies' meaning; deadlines and replacement are the pool's.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { DataPatch } from '../inventory/key-tree.ts';
import type { Bundle } from './bundle.ts';
import {
  ASKED_ONE_BY_ONE,
  BY_MAIL,
  CANCELLED,
  type Channel,
  COMPLETED,
  createChannel,
  FIRST_TICKET,
  HEAP_LOADED,
  HEAP_NOW,
  INPUT_BYTES,
  INPUT_LENGTH,
  MAIL,
  type Mail,
  OUTPUT_LENGTH,
  PLAN,
  SLOTS,
  STATUS,
  SUBMITTED,
  slotOf,
  WAKE,
} from './channel.ts';
import type { FaultName } from './faults.ts';
import type { Plan } from './plan.ts';
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

/** A review to evaluate. `settle` is called exactly once. */
export interface Job {
  readonly planKey: string;
  /** The review's JSON text in pieces. */
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  /** Milliseconds on the monotonic clock: nobody waits for an answer after that. */
  readonly deadlineAt: number;
  settle(outcome: Outcome): void;
}

/** How an evaluation ended. Texts are what Wasm returned; nobody has read them yet. */
export type Outcome =
  | {
      readonly kind: 'collected' | 'one-by-one';
      readonly text: string;
      readonly plan: Plan;
      /** Revision of the bundle that answered. */
      readonly revision: string;
    }
  | { readonly kind: 'fault'; readonly fault: FaultName; readonly message: string };

const decoder = new TextDecoder();

export class EvaluationThread {
  readonly bundle: Bundle;
  readonly #plans: readonly Plan[];
  readonly #planNumbers = new Map<string, number>();
  readonly #channel: Channel = createChannel();
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #jobs: (Job | undefined)[] = [];
  readonly #onFree: (thread: EvaluationThread) => void;
  #submitted = FIRST_TICKET;
  #completed = FIRST_TICKET;
  /** Since when the oldest job has been under evaluation, on the monotonic clock in ms. */
  #headSince = 0;
  #ended = false;
  readonly #loaded: Promise<void>;

  constructor(bundle: Bundle, options: { maximumPages: number; onFree: (thread: EvaluationThread) => void }) {
    this.bundle = bundle;
    this.#onFree = options.onFree;
    this.#plans = [...bundle.plans.values()];
    for (const [number, key] of [...bundle.plans.keys()].entries()) this.#planNumbers.set(key, number);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.unref();
    const spec: ThreadSpec = {
      memory: this.#channel.memory,
      module: bundle.module,
      maximumPages: options.maximumPages,
      mailbox: port2,
      plans: this.#plans.map(plan => ({
        kind: plan.kind,
        operation: plan.operation,
        collector: bundle.entrypoints[plan.entrypoint] ?? -1,
        policies: plan.policies.map(policy => bundle.entrypoints[policy.entrypoint] ?? -1),
        checksStructure: plan.family === 'governance' && STRUCTURED_KINDS.has(plan.kind),
      })),
    };
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: spec,
      transferList: [port2],
      name: 'evaluation',
    });
    this.#loaded = new Promise((resolve, reject) => {
      this.#worker.once('message', () => resolve());
      this.#worker.once('error', thrown => reject(toError(thrown)));
      this.#worker.once('exit', () => reject(new Error('the evaluation thread ended while it was starting')));
    });
    this.#loaded.catch(() => {});
    this.#listen();
  }

  /** Jobs under way or queued here. */
  get outstanding(): number {
    return (this.#submitted - this.#completed) | 0;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  get hasRoom(): boolean {
    return !this.#ended && this.outstanding < SLOTS;
  }

  /** True when patches have doubled the heap that data had when it was loaded. */
  get isBloated(): boolean {
    const loaded = this.#channel.control[HEAP_LOADED] as number;
    return (this.#channel.control[HEAP_NOW] as number) > 2 * loaded + 8 * 1024;
  }

  /**
   * Loads data, warms up, and resolves when the thread answers. Rejects when the bundle does not run, or runs for longer
   * than `withinMs` without an answer; the thread is then of no use.
   */
  async load(data: Uint8Array<ArrayBuffer>, withinMs: number): Promise<void> {
    this.#post({ type: 'load', data }, [data.buffer]);
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

  /** Posted in order with jobs: an evaluation submitted later sees the change. */
  patch(patches: readonly DataPatch[]): void {
    if (!this.#ended) this.#post({ type: 'patch', patches });
  }

  /** The caller has checked `hasRoom`. */
  submit(job: Job): void {
    const ticket = this.#submitted;
    const slot = slotOf(ticket);
    const header = this.#channel.headers[slot] as Int32Array;
    header[PLAN] = this.#planNumbers.get(job.planKey) ?? -1;
    header[CANCELLED] = 0;
    if (job.bytes <= INPUT_BYTES) {
      copyInto(this.#channel.inputs[slot] as Uint8Array, job.parts);
      header[INPUT_LENGTH] = job.bytes;
    } else {
      const bytes = new Uint8Array(job.bytes);
      copyInto(bytes, job.parts);
      header[INPUT_LENGTH] = BY_MAIL;
      this.#post({ type: 'input', slot, bytes }, [bytes.buffer]);
    }
    if (this.outstanding === 0) this.#headSince = performance.now();
    this.#jobs[slot] = job;
    this.#submitted = (ticket + 1) | 0;
    Atomics.store(this.#channel.control, SUBMITTED, this.#submitted);
    this.#wake();
  }

  /** Whether one job has been under evaluation for longer than `limitMs`. Answers that lie ready are taken first. */
  hasOverrun(now: number, limitMs: number): boolean {
    this.#drain();
    return this.outstanding > 0 && now - this.#headSince > limitMs;
  }

  /** Gives up jobs whose deadline has passed. One under evaluation goes on, but nobody waits for it. */
  expire(now: number): void {
    for (let ahead = 0; ahead < this.outstanding; ahead++) {
      const slot = slotOf(this.#completed + ahead);
      const job = this.#jobs[slot];
      if (job === undefined || job.deadlineAt > now) continue;
      Atomics.store(this.#channel.headers[slot] as Int32Array, CANCELLED, 1);
      this.#jobs[slot] = undefined;
      const message = ahead === 0 ? 'it was not done in time' : 'it waited in the queue';
      job.settle({ kind: 'fault', fault: 'deadline', message });
    }
  }

  /** Ends the thread at once; gives the job under evaluation and those that had not begun. */
  async kill(): Promise<{ head: Job | undefined; rest: Job[] }> {
    this.#drain();
    const jobs: (Job | undefined)[] = [];
    for (let ahead = 0; ahead < this.outstanding; ahead++)
      jobs.push(this.#jobs[slotOf(this.#completed + ahead)]);
    this.#end();
    await this.#worker.terminate();
    const [head, ...rest] = jobs;
    return { head, rest: rest.filter(job => job !== undefined) };
  }

  /** Lets the jobs that are here finish, then ends the thread. */
  async retire(): Promise<void> {
    while (!this.#ended && this.outstanding > 0) await new Promise(resolve => setTimeout(resolve, 1));
    if (this.#ended) return;
    this.#end();
    await this.#worker.terminate();
  }

  /** Calls back, once or twice, when the thread ends by itself. */
  onLost(callback: (error: Error) => void): void {
    this.#worker.once('error', error => {
      if (!this.#ended) callback(toError(error));
    });
    this.#worker.once('exit', code => {
      if (!this.#ended) callback(new Error(`the evaluation thread ended with code ${code}`));
    });
  }

  #end(): void {
    this.#ended = true;
    this.#port.close();
    Atomics.notify(this.#channel.control, COMPLETED);
  }

  #post(mail: Mail, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(mail, transfer);
    Atomics.add(this.#channel.control, MAIL, 1);
    this.#wake();
  }

  #wake(): void {
    Atomics.add(this.#channel.control, WAKE, 1);
    Atomics.notify(this.#channel.control, WAKE);
  }

  /** Hands out answers as they come, without a message per answer: the loop sleeps on COMPLETED. */
  #listen(): void {
    for (;;) {
      this.#drain();
      if (this.#ended) return;
      const wait = Atomics.waitAsync(this.#channel.control, COMPLETED, this.#completed);
      if (!wait.async) continue;
      void wait.value.then(() => this.#listen());
      return;
    }
  }

  #drain(): void {
    const completed = Atomics.load(this.#channel.control, COMPLETED);
    if (completed === this.#completed || this.#ended) return;
    while (this.#completed !== completed) {
      const slot = slotOf(this.#completed);
      const job = this.#jobs[slot];
      this.#jobs[slot] = undefined;
      this.#completed = (this.#completed + 1) | 0;
      // Read also when nobody waits any more: a large answer must leave the mailbox.
      const outcome = this.#readOutcome(slot);
      job?.settle(outcome);
    }
    this.#headSince = performance.now();
    this.#onFree(this);
  }

  #readOutcome(slot: number): Outcome {
    const header = this.#channel.headers[slot] as Int32Array;
    const plan = this.#plans[header[PLAN] as number] as Plan;
    const length = header[OUTPUT_LENGTH] as number;
    const text = length === BY_MAIL ? this.#largeOutput() : readText(this.#channel.outputs[slot], length);
    const kind = header[STATUS] === ASKED_ONE_BY_ONE ? 'one-by-one' : 'collected';
    return { kind, text, plan, revision: this.bundle.revision };
  }

  #largeOutput(): string {
    const mail = receiveMessageOnPort(this.#port)?.message as { text: Uint8Array } | undefined;
    return mail === undefined ? '' : decoder.decode(mail.text);
  }
}

/** A thread may die of anything: aborts of Wasm are strings. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function copyInto(target: Uint8Array, parts: readonly Uint8Array[]): void {
  let offset = 0;
  for (const part of parts) {
    target.set(part, offset);
    offset += part.byteLength;
  }
}

/** TextDecoder refuses shared memory, hence the copy. */
function readText(output: Uint8Array | undefined, length: number): string {
  return output === undefined ? '' : decoder.decode(output.slice(0, length));
}
