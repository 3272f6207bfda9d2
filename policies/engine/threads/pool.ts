// The evaluation threads together: chooses a thread, bounds the queue, and keeps the deadline's promise.
// Which threads there are is the supply's business.

import type { Inventory } from '../../inventory/inventory.ts';
import type { Bundle } from '../loading/bundle.ts';
import type { Job, Outcome } from './job.ts';
import type { EvaluationThread } from './thread.ts';
import { type ReplacementReason, ThreadSupply } from './thread-supply.ts';

export interface PoolOptions {
  readonly inventory: Inventory;
  readonly threads: number;
  /** Milliseconds that one evaluation may take before its thread is ended. */
  readonly evaluationMs: number;
  /** Jobs under way and waiting, all threads together; more are shed. */
  readonly queueLimit: number;
  readonly maximumPages: number;
  /** Milliseconds within which a new thread must have loaded its data and answered a first review per kind. */
  readonly startMs: number;
  /** Milliseconds on the monotonic clock. */
  readonly now: () => number;
  readonly onReplaced: (reason: ReplacementReason, error?: Error) => void;
}

/** Granularity of deadlines, ms. */
const TICK_MS = 10;
const SHUT_DOWN: Outcome = { kind: 'fault', fault: 'notReady', message: 'it is shutting down' };

export class EvaluationPool {
  readonly #options: PoolOptions;
  readonly #supply: ThreadSupply;
  readonly #waiting: Job[] = [];
  #outstanding = 0;
  #ticker: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(bundle: Bundle, options: PoolOptions) {
    this.#options = options;
    this.#supply = new ThreadSupply(bundle, {
      inventory: options.inventory,
      threads: options.threads,
      maximumPages: options.maximumPages,
      startMs: options.startMs,
      now: options.now,
      onReplaced: (reason, error) => options.onReplaced(reason, error),
      onRoom: () => this.#feed(),
      onEnded: (reason, head, rest, message) => this.#takeBack(reason, head, rest, message),
    });
  }

  get bundle(): Bundle {
    return this.#supply.bundle;
  }

  get isServing(): boolean {
    return this.#supply.serving.length > 0;
  }

  /** Jobs under way and waiting. */
  get depth(): number {
    return this.#outstanding;
  }

  /** Whether another job has room; the caller sheds when not. */
  get hasRoom(): boolean {
    return this.#outstanding < this.#options.queueLimit;
  }

  /** Brings up all threads. Rejects when the bundle does not run, and leaves none behind. */
  async start(): Promise<void> {
    try {
      await this.#supply.start();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Switches to another bundle in one step, once its threads answer. Rejects when it does not run. */
  async swap(bundle: Bundle): Promise<void> {
    if (this.#closed) throw new Error('the engine is closed');
    await this.#supply.swap(bundle);
  }

  /** Takes a job; it is settled exactly once, by an answer, its deadline, or the pool's end. */
  submit(job: Job): void {
    this.#outstanding += 1;
    const counted: Job = {
      ...job,
      settle: outcome => {
        this.#outstanding -= 1;
        job.settle(outcome);
      },
    };
    if (this.#closed) return counted.settle(SHUT_DOWN);
    this.#supply.flushPatches();
    const thread = this.#freest();
    if (thread === undefined) this.#waiting.push(counted);
    else thread.submit(counted);
    // It keeps the process alive while somebody waits, also when there is no thread.
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticker);
    const jobs = await this.#supply.close();
    for (const job of [...jobs, ...this.#waiting.splice(0)]) job.settle(SHUT_DOWN);
  }

  /** One busy thread beats two half-asleep ones: a sleeping thread costs a wake-up. */
  #freest(): EvaluationThread | undefined {
    const [first] = this.#supply.serving;
    if (first !== undefined && first.hasRoom && first.outstanding < 2) return first;
    let best: EvaluationThread | undefined;
    for (const thread of this.#supply.serving) {
      if (thread.hasRoom && (best === undefined || thread.outstanding < best.outstanding)) best = thread;
    }
    return best;
  }

  #feed(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#freest();
      if (thread === undefined) return;
      thread.submit(this.#waiting.shift() as Job);
    }
  }

  #tick(): void {
    const { evaluationMs } = this.#options;
    const now = this.#options.now();
    const threads = this.#supply.working;
    for (const thread of threads) {
      if (!thread.hasOverrun(now, evaluationMs)) thread.expire(now);
      else void this.#supply.replace(thread, 'deadline', `more than ${evaluationMs} ms`);
    }
    this.#expireWaiting(now);
    if (this.#outstanding > 0 || threads.some(thread => thread.outstanding > 0)) return;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #expireWaiting(now: number): void {
    for (const job of this.#waiting.splice(0)) {
      if (job.deadlineAt > now) this.#waiting.push(job);
      else job.settle({ kind: 'fault', fault: 'deadline', message: 'it waited in the queue' });
    }
  }

  /** Answers the job that an ended thread was at; the others have not begun and are judged elsewhere. */
  #takeBack(reason: 'deadline' | 'lost', head: Job | undefined, rest: readonly Job[], message: string): void {
    head?.settle({ kind: 'fault', fault: reason === 'deadline' ? 'deadline' : 'thread', message });
    if (this.#closed) {
      for (const job of rest) job.settle(SHUT_DOWN);
      return;
    }
    this.#waiting.unshift(...rest);
    this.#feed();
  }
}
