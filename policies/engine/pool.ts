// The evaluation threads together: chooses a thread, bounds the queue, keeps the deadline's promise, and brings up
// a fresh thread beside a serving one whenever one is lost, bloated, or has another bundle to serve.

import type { Inventory } from '../inventory/inventory.ts';
import type { DataPatch } from '../inventory/key-tree.ts';
import type { Bundle } from './bundle.ts';
import { EvaluationThread, type Job } from './thread.ts';

export interface PoolOptions {
  readonly inventory: Inventory;
  readonly threads: number;
  /** Milliseconds that one evaluation may take before its thread is ended. */
  readonly evaluationMs: number;
  /** Jobs under way and waiting, all threads together; more are shed. */
  readonly queueLimit: number;
  readonly maximumPages: number;
  onReplaced(reason: ReplacementReason, error?: Error): void;
}

export type ReplacementReason = 'deadline' | 'lost' | 'bloated';

/** Granularity of deadlines, ms. */
const TICK_MS = 10;
/** Pause between attempts to bring up a thread, ms. */
const RETRY_MS = 1000;

export class EvaluationPool {
  readonly #options: PoolOptions;
  #bundle: Bundle;
  #threads: EvaluationThread[] = [];
  /** Threads that are loading, with the patches that came since their snapshot began. */
  readonly #loading = new Map<EvaluationThread, DataPatch[]>();
  readonly #retiring = new Set<Promise<void>>();
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

  /** Brings up all threads. Rejects when the bundle does not run. */
  async start(): Promise<void> {
    this.#threads = this.#join(await this.#bringUp(this.#bundle));
  }

  /** Brings up all threads of another bundle beside the serving ones and switches in one step. */
  async swap(bundle: Bundle): Promise<void> {
    const fresh = await this.#bringUp(bundle);
    const old = this.#threads;
    this.#threads = this.#join(fresh);
    this.#bundle = bundle;
    for (const thread of old) this.#retire(thread);
    this.#feed();
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
    this.#flushPatches();
    const thread = this.#freest();
    if (thread === undefined) this.#waiting.push(counted);
    else thread.submit(counted);
    this.#ticker ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#ticker);
    const threads = [...this.#threads, ...this.#loading.keys()];
    this.#threads = [];
    for (const { head, rest } of await Promise.all(threads.map(thread => thread.kill()))) {
      for (const job of [head, ...rest, ...this.#waiting.splice(0)]) {
        job?.settle({ kind: 'fault', fault: 'notReady', message: 'it is shutting down' });
      }
    }
    await Promise.all(this.#retiring);
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
    if (this.#outstanding === 0) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
      return;
    }
    for (const thread of this.#threads) {
      if (thread.outstanding > 0 && now - thread.headSince > this.#options.evaluationMs)
        this.#overrun(thread);
      else thread.expire(now);
    }
    this.#expireWaiting(now);
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
    if (!this.#threads.includes(thread)) return;
    this.#threads = this.#threads.filter(other => other !== thread);
    const { head, rest } = await thread.kill();
    head?.settle({ kind: 'fault', fault: reason === 'deadline' ? 'deadline' : 'thread', message });
    this.#waiting.unshift(...rest);
    this.#feed();
    this.#options.onReplaced(reason, error);
    await this.#refill();
  }

  /** Brings the number of threads back up, for as long as it takes. */
  async #refill(): Promise<void> {
    while (!this.#closed && this.#threads.length + this.#loading.size < this.#options.threads) {
      const bundle = this.#bundle;
      try {
        const thread = await this.#bringUpOne(bundle);
        this.#join([thread]);
        if (bundle === this.#bundle && !this.#closed) this.#threads.push(thread);
        else this.#retire(thread);
      } catch (error) {
        this.#options.onReplaced('lost', error instanceof Error ? error : new Error(String(error)));
        await new Promise(resolve => setTimeout(resolve, RETRY_MS).unref());
      }
      this.#feed();
    }
  }

  /** A thread whose heap is mostly waste gets a successor with fresh data; it serves until that one does. */
  async #rebuild(thread: EvaluationThread): Promise<void> {
    if (this.#rebuilding || this.#closed) return;
    this.#rebuilding = true;
    try {
      const fresh = await this.#bringUpOne(thread.bundle);
      this.#join([fresh]);
      if (this.#threads.includes(thread)) {
        this.#threads = this.#threads.map(other => (other === thread ? fresh : other));
        this.#retire(thread);
      } else this.#retire(fresh);
      this.#options.onReplaced('bloated');
    } catch (error) {
      this.#options.onReplaced('bloated', error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#rebuilding = false;
    }
  }

  async #bringUp(bundle: Bundle): Promise<EvaluationThread[]> {
    const starts = Array.from({ length: this.#options.threads }, () => this.#bringUpOne(bundle));
    const results = await Promise.allSettled(starts);
    const failure = results.find(result => result.status === 'rejected');
    const threads = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
    if (failure === undefined) return threads;
    for (const thread of threads) this.#loading.delete(thread);
    await Promise.all(threads.map(thread => thread.kill()));
    void this.#refill();
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
      await thread.load(await this.#options.inventory.snapshot());
    } catch (error) {
      this.#loading.delete(thread);
      await thread.kill();
      throw error;
    }
    thread.onLost(error => void this.#replace(thread, 'lost', 'it ended by itself', error));
    return thread;
  }

  /** Gives loaded threads the patches that they missed; the caller lets them serve in the same step. */
  #join(threads: EvaluationThread[]): EvaluationThread[] {
    this.#flushPatches();
    for (const thread of threads) {
      const missed = this.#loading.get(thread) ?? [];
      this.#loading.delete(thread);
      if (missed.length > 0) thread.patch(missed);
    }
    return threads;
  }

  #retire(thread: EvaluationThread): void {
    const end = thread.retire().finally(() => this.#retiring.delete(end));
    this.#retiring.add(end);
  }

  /** Patches of one turn of the event loop travel together. */
  #collectPatches(patches: readonly DataPatch[]): void {
    if (this.#patches.length === 0) setImmediate(() => this.#flushPatches());
    this.#patches.push(...patches);
  }

  #flushPatches(): void {
    if (this.#patches.length === 0) return;
    const patches = this.#patches;
    this.#patches = [];
    for (const missed of this.#loading.values()) missed.push(...patches);
    for (const thread of this.#threads) {
      thread.patch(patches);
      if (thread.isBloated) void this.#rebuild(thread);
    }
  }
}
