// The evaluation threads together: chooses a thread, bounds the queue, keeps the deadline's promise, and brings up
// a fresh thread beside a serving one whenever one is lost, bloated, or has another bundle to serve.

import type { Inventory } from '../inventory/inventory.ts';
import type { DataPatch } from '../inventory/key-tree.ts';
import type { Bundle } from './bundle.ts';
import { EvaluationThread, type Job, type Outcome } from './thread.ts';

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
  onReplaced(reason: ReplacementReason, error?: Error): void;
}

export type ReplacementReason = 'deadline' | 'lost' | 'bloated';

/** Granularity of deadlines, ms. */
const TICK_MS = 10;
/** Pause between attempts to bring up a thread, ms. */
const RETRY_MS = 1000;
const SHUT_DOWN: Outcome = { kind: 'fault', fault: 'notReady', message: 'it is shutting down' };

export class EvaluationPool {
  readonly #options: PoolOptions;
  #bundle: Bundle;
  #threads: EvaluationThread[] = [];
  /** Threads that are loading, with the patches that came since their snapshot began. */
  readonly #loading = new Map<EvaluationThread, DataPatch[][]>();
  /** Threads of a bundle that is no longer served, until they have answered what they had taken. */
  readonly #retiring = new Set<EvaluationThread>();
  /** Threads that are on their way out. */
  readonly #ending = new Set<Promise<unknown>>();
  readonly #waiting: Job[] = [];
  #patches: DataPatch[] = [];
  #outstanding = 0;
  #ticker: NodeJS.Timeout | undefined;
  #rebuilding = false;
  #closed = false;
  readonly #unsubscribe: () => void;

  constructor(bundle: Bundle, options: PoolOptions) {
    this.#bundle = bundle;
    this.#options = options;
    this.#unsubscribe = options.inventory.subscribe(patches => this.#collectPatches(patches));
  }

  get bundle(): Bundle {
    return this.#bundle;
  }

  get isServing(): boolean {
    return this.#threads.length > 0;
  }

  /** Jobs under way and waiting. */
  get depth(): number {
    return this.#outstanding;
  }

  /** Brings up all threads. Rejects when the bundle does not run, and leaves none behind. */
  async start(): Promise<void> {
    try {
      this.#threads = this.#join(await this.#bringUp(this.#bundle));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Brings up all threads of another bundle beside the serving ones and switches in one step. */
  async swap(bundle: Bundle): Promise<void> {
    if (this.#closed) throw new Error('the engine is closed');
    try {
      const fresh = await this.#bringUp(bundle);
      this.#bundle = bundle;
      for (const thread of this.#threads) this.#retire(thread);
      this.#threads = this.#join(fresh);
      this.#feed();
    } finally {
      void this.#refill(); // a thread that was lost meanwhile
    }
  }

  /** Whether another job has room; the caller sheds when not. */
  get hasRoom(): boolean {
    return this.#outstanding < this.#options.queueLimit;
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
    this.#flushPatches();
    const thread = this.#freest();
    if (thread === undefined) this.#waiting.push(counted);
    else thread.submit(counted);
    // It keeps the process alive while somebody waits, also when there is no thread.
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#ticker);
    const threads = [...this.#threads, ...this.#retiring, ...this.#loading.keys()];
    this.#threads = [];
    const killed = await Promise.all(threads.map(thread => thread.kill()));
    const jobs = killed.flatMap(({ head, rest }) => [head, ...rest]);
    for (const job of [...jobs, ...this.#waiting.splice(0)]) job?.settle(SHUT_DOWN);
    await Promise.all(this.#ending);
  }

  /** One busy thread beats two half-asleep ones: a sleeping thread costs a wake-up. */
  #freest(): EvaluationThread | undefined {
    const [first] = this.#threads;
    if (first !== undefined && first.hasRoom && first.outstanding < 2) return first;
    let best: EvaluationThread | undefined;
    for (const thread of this.#threads) {
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
    const now = performance.now();
    const threads = [...this.#threads, ...this.#retiring];
    for (const thread of threads) {
      if (thread.hasOverrun(now, this.#options.evaluationMs)) this.#overrun(thread);
      else thread.expire(now);
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

  #overrun(thread: EvaluationThread): void {
    void this.#replace(thread, 'deadline', `more than ${this.#options.evaluationMs} ms`);
  }

  /** Ends a thread, answers the job that it was at, passes the others on, and brings up another. */
  async #replace(
    thread: EvaluationThread,
    reason: 'deadline' | 'lost',
    message: string,
    error?: Error,
  ): Promise<void> {
    if (thread.isEnded) return;
    this.#threads = this.#threads.filter(other => other !== thread);
    const { head, rest } = await this.#untilEnded(thread.kill());
    head?.settle({ kind: 'fault', fault: reason === 'deadline' ? 'deadline' : 'thread', message });
    if (this.#closed) {
      for (const job of rest) job.settle(SHUT_DOWN);
      return;
    }
    this.#waiting.unshift(...rest);
    this.#feed();
    this.#options.onReplaced(reason, error);
    await this.#refill();
  }

  /** Brings the number of threads back up, for as long as it takes. */
  async #refill(): Promise<void> {
    while (!this.#closed && this.#threads.length + this.#loading.size < this.#options.threads) {
      try {
        this.#admit(await this.#bringUpOne(this.#bundle));
      } catch (error) {
        if (this.#closed) return;
        this.#options.onReplaced('lost', error instanceof Error ? error : new Error(String(error)));
        await new Promise(resolve => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  /** A thread whose heap is mostly waste gets a successor with fresh data; it serves until that one does. */
  async #rebuild(thread: EvaluationThread): Promise<void> {
    if (this.#rebuilding || this.#closed) return;
    this.#rebuilding = true;
    try {
      const fresh = await this.#bringUpOne(thread.bundle);
      if (this.#threads.includes(thread)) this.#retire(thread);
      this.#admit(fresh);
      this.#options.onReplaced('bloated');
    } catch (error) {
      if (this.#closed) return;
      this.#options.onReplaced('bloated', error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#rebuilding = false;
      void this.#refill(); // the thread itself may have been lost meanwhile
    }
  }

  /** Lets a loaded thread serve, unless its bundle is no longer served or the others suffice. */
  #admit(thread: EvaluationThread): void {
    this.#join([thread]);
    const isWanted = thread.bundle === this.#bundle && this.#threads.length < this.#options.threads;
    if (isWanted && !thread.isEnded) this.#threads.push(thread);
    else this.#retire(thread);
    this.#feed();
  }

  async #bringUp(bundle: Bundle): Promise<EvaluationThread[]> {
    const starts = Array.from({ length: this.#options.threads }, () => this.#bringUpOne(bundle));
    const results = await Promise.allSettled(starts);
    const failure = results.find(result => result.status === 'rejected');
    const threads = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    if (failure === undefined) return threads;
    for (const thread of threads) this.#loading.delete(thread);
    await Promise.all(threads.map(thread => this.#untilEnded(thread.kill())));
    throw failure.reason;
  }

  async #bringUpOne(bundle: Bundle): Promise<EvaluationThread> {
    const thread = new EvaluationThread(bundle, {
      maximumPages: this.#options.maximumPages,
      onFree: () => this.#feed(),
    });
    this.#flushPatches();
    this.#loading.set(thread, []);
    try {
      await thread.load(await this.#options.inventory.snapshot(), this.#options.startMs);
    } catch (error) {
      this.#loading.delete(thread);
      await this.#untilEnded(thread.kill());
      throw error;
    }
    thread.onLost(error => void this.#replace(thread, 'lost', 'it ended by itself', error));
    return thread;
  }

  /** Gives loaded threads the patches that they missed; the caller lets them serve in the same step. */
  #join(threads: EvaluationThread[]): EvaluationThread[] {
    this.#flushPatches();
    for (const thread of threads) {
      for (const patches of this.#loading.get(thread) ?? []) thread.patch(patches);
      this.#loading.delete(thread);
    }
    return threads.filter(thread => !thread.isEnded);
  }

  #retire(thread: EvaluationThread): void {
    this.#threads = this.#threads.filter(other => other !== thread);
    this.#retiring.add(thread);
    void this.#untilEnded(thread.retire().finally(() => this.#retiring.delete(thread)));
  }

  /** Keeps `close` from resolving before the thread has gone. */
  async #untilEnded<Result>(end: Promise<Result>): Promise<Result> {
    this.#ending.add(end);
    try {
      return await end;
    } finally {
      this.#ending.delete(end);
    }
  }

  /** Patches of one turn of the event loop travel together. */
  #collectPatches(patches: readonly DataPatch[]): void {
    if (this.#patches.length === 0) setImmediate(() => this.#flushPatches());
    for (const patch of patches) this.#patches.push(patch);
  }

  #flushPatches(): void {
    if (this.#patches.length === 0) return;
    const patches = this.#patches;
    this.#patches = [];
    for (const missed of this.#loading.values()) missed.push(patches);
    for (const thread of this.#threads) {
      thread.patch(patches);
      if (thread.isBloated) void this.#rebuild(thread);
    }
  }
}
