// Brings up threads and lets them go: a fresh one beside a serving one whenever one is lost, bloated, or has another
// bundle to serve. Every thread has the data of the inventory, from its snapshot and the patches since.

import type { Inventory } from '../../inventory/inventory.ts';
import type { DataPatch } from '../../inventory/key-tree.ts';
import type { Bundle } from '../loading/bundle.ts';
import type { Job } from './job.ts';
import { EvaluationThread } from './thread.ts';

export interface SupplyOptions {
  readonly inventory: Inventory;
  readonly threads: number;
  readonly maximumPages: number;
  /** Milliseconds within which a new thread must have loaded its data and answered a first review per kind. */
  readonly startMs: number;
  /** Milliseconds on the monotonic clock. */
  readonly now: () => number;
  readonly onReplaced: (reason: ReplacementReason, error?: Error) => void;
  /** A serving thread has room for jobs, or one more serves. */
  readonly onRoom: () => void;
  /** A thread was ended or has ended: the job that it was at, and those that it had not begun. */
  readonly onEnded: (
    reason: 'deadline' | 'lost',
    head: Job | undefined,
    rest: readonly Job[],
    message: string,
  ) => void;
}

export type ReplacementReason = 'deadline' | 'lost' | 'bloated';

/** Pause between attempts to bring up a thread, ms. */
const RETRY_MS = 1000;

export class ThreadSupply {
  readonly #options: SupplyOptions;
  #bundle: Bundle;
  #serving: EvaluationThread[] = [];
  /** Threads that are loading, with the patches that came since their snapshot began. */
  readonly #loading = new Map<EvaluationThread, DataPatch[][]>();
  /** Threads of a bundle that is no longer served, until they have answered what they had taken. */
  readonly #retiring = new Set<EvaluationThread>();
  /** Threads that are on their way out. */
  readonly #ending = new Set<Promise<unknown>>();
  #patches: DataPatch[] = [];
  #rebuilding = false;
  #closed = false;
  readonly #unsubscribe: () => void;

  constructor(bundle: Bundle, options: SupplyOptions) {
    this.#bundle = bundle;
    this.#options = options;
    this.#unsubscribe = options.inventory.subscribe({
      onPatches: patches => this.#collectPatches(patches),
      onReleased: () => this.#settle(),
    });
  }

  get bundle(): Bundle {
    return this.#bundle;
  }

  /** Those that take jobs. */
  get serving(): readonly EvaluationThread[] {
    return this.#serving;
  }

  /** Those that have jobs, even if they take no more. */
  get working(): readonly EvaluationThread[] {
    return [...this.#serving, ...this.#retiring];
  }

  /** Brings up all threads. Rejects when the bundle does not run; `close` is then due. */
  async start(): Promise<void> {
    this.#serving = this.#join(await this.#bringUp(this.#bundle));
  }

  /** Brings up all threads of another bundle beside the serving ones and switches in one step. */
  async swap(bundle: Bundle): Promise<void> {
    try {
      const fresh = await this.#bringUp(bundle);
      this.#bundle = bundle;
      for (const thread of this.#serving) this.#retire(thread);
      this.#serving = this.#join(fresh);
      this.#options.onRoom();
    } finally {
      void this.#refill(); // a thread that was lost meanwhile
    }
  }

  /** Ends a thread, passes on what it had, and brings up another. */
  async replace(
    thread: EvaluationThread,
    reason: 'deadline' | 'lost',
    message: string,
    error?: Error,
  ): Promise<void> {
    if (thread.isEnded) return;
    this.#serving = this.#serving.filter(other => other !== thread);
    const { head, rest } = await this.#untilEnded(thread.kill());
    this.#options.onEnded(reason, head, rest, message);
    if (this.#closed) return;
    this.#options.onReplaced(reason, error);
    await this.#refill();
  }

  /** Ends all threads; gives the jobs that they had. Resolves when the last thread has gone. */
  async close(): Promise<readonly Job[]> {
    this.#closed = true;
    this.#unsubscribe();
    const threads = [...this.working, ...this.#loading.keys()];
    this.#serving = [];
    const killed = await Promise.all(threads.map(thread => thread.kill()));
    await Promise.all(this.#ending);
    return killed.flatMap(({ head, rest }) => (head === undefined ? rest : [head, ...rest]));
  }

  /** Patches that have not been posted yet go ahead of the next job. */
  flushPatches(): void {
    if (this.#patches.length === 0) return;
    const patches = this.#patches;
    this.#patches = [];
    for (const missed of this.#loading.values()) missed.push(patches);
    for (const thread of this.#serving) {
      thread.patch(patches);
      if (thread.isBloated && this.#options.inventory.isComplete) void this.#rebuild(thread);
    }
  }

  /** Brings the number of threads back up, for as long as it takes. */
  async #refill(): Promise<void> {
    while (!this.#closed && this.#serving.length + this.#loading.size < this.#options.threads) {
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
      if (this.#serving.includes(thread)) this.#retire(thread);
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
    const isWanted = thread.bundle === this.#bundle && this.#serving.length < this.#options.threads;
    if (isWanted && !thread.isEnded) this.#serving.push(thread);
    else this.#retire(thread);
    this.#options.onRoom();
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
    const { maximumPages, startMs, now, inventory, onRoom } = this.#options;
    const thread = new EvaluationThread(bundle, { maximumPages, now, onFree: onRoom });
    this.flushPatches();
    this.#loading.set(thread, []);
    try {
      await thread.load(await inventory.snapshot(), startMs);
    } catch (error) {
      this.#loading.delete(thread);
      await this.#untilEnded(thread.kill());
      throw error;
    }
    thread.onLost(error => void this.replace(thread, 'lost', 'it ended by itself', error));
    return thread;
  }

  /** Gives loaded threads the patches that they missed; the caller lets them serve in the same step. */
  #join(threads: EvaluationThread[]): EvaluationThread[] {
    this.flushPatches();
    for (const thread of threads) {
      for (const patches of this.#loading.get(thread) ?? []) thread.patch(patches);
      void thread.settle();
      this.#loading.delete(thread);
    }
    return threads.filter(thread => !thread.isEnded);
  }

  #retire(thread: EvaluationThread): void {
    this.#serving = this.#serving.filter(other => other !== thread);
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
    if (this.#patches.length === 0) setImmediate(() => this.flushPatches());
    for (const patch of patches) this.#patches.push(patch);
  }

  /** The data is complete for the first time: what the threads hold then is no waste. */
  async #settle(): Promise<void> {
    this.flushPatches();
    await Promise.all(this.#serving.map(thread => thread.settle()));
  }
}
