// The work queue, with the semantics of client-go's: deduplicated, one worker per key at a time, a key that is added
// while it is worked on comes once more afterwards. What the first list brings yields to fresh events.

import { type Key, toText } from '../key.ts';
import { createDelays, type Schedule } from './delays.ts';
import { CONTROLLER_LIMITS, createRateLimiter, type RateLimits } from './rate-limit.ts';

/** What a queue tells about itself, for `workqueue_…`. */
export interface QueueMetrics {
  readonly added: () => void;
  /** How long an item waited before a worker took it. */
  readonly queued: (seconds: number) => void;
  /** How long a worker had it. */
  readonly worked: (seconds: number) => void;
  readonly retried: () => void;
}

export type Priority = 'fresh' | 'listed';

export interface Queue {
  /** Adds a key now; `listed` yields to `fresh`. A key that is being worked on is worked on once more afterwards. */
  readonly add: (key: Key, priority?: Priority) => void;
  /** Adds it later; of several times the soonest counts. */
  readonly addAfter: (key: Key, delayMs: number) => void;
  /** Adds it after its own backoff and the global rate, and no sooner than the server asked for. */
  readonly addRateLimited: (key: Key, atLeastMs?: number) => void;
  /** Waits for a key; undefined after `shutDown`. Each must be given back with `done`. */
  readonly get: () => Promise<Key | undefined>;
  readonly done: (key: Key) => void;
  /** Its next failure counts as the first. */
  readonly forget: (key: Key) => void;
  readonly failures: (key: Key) => number;
  /** No more keys are given out; what is being worked on may be finished. */
  readonly shutDown: () => void;
  readonly depth: number;
  /** How many of these have low priority. */
  readonly listed: number;
  /** Seconds that the work now under way has taken, summed and longest. */
  readonly unfinished: () => { readonly sum: number; readonly longest: number };
}

export interface QueueOptions {
  /** Milliseconds; only differences count. */
  readonly now?: () => number;
  readonly schedule?: Schedule;
  readonly random?: () => number;
  readonly limits?: RateLimits;
  readonly metrics?: QueueMetrics;
  /** Called whenever the last key is done and none waits; delayed ones do not count. */
  readonly onDrained?: () => void;
}

/** Makes an empty queue. Nothing keeps the process alive but a timer that is set. */
export function createQueue(options: QueueOptions = {}): Queue {
  return new WorkQueue(options);
}

/** Its methods may be passed around: each is bound. */
class WorkQueue implements Queue {
  readonly #now: () => number;
  readonly #limiter: ReturnType<typeof createRateLimiter>;
  readonly #delays: ReturnType<typeof createDelays>;
  readonly #metrics: QueueMetrics | undefined;
  readonly #onDrained: () => void;
  /** Keys that wait, first come first served; the value is when they came. */
  readonly #waiting: Readonly<Record<Priority, Map<string, number>>> = {
    fresh: new Map(),
    listed: new Map(),
  };
  readonly #working = new Map<string, number>();
  /** Added while worked on. */
  readonly #again = new Map<string, Priority>();
  readonly #keys = new Map<string, Key>();
  readonly #delayed = new Map<string, Key>();
  readonly #takers: ((key: Key | undefined) => void)[] = [];
  #isShutDown = false;

  constructor({
    now = () => performance.now(),
    random = Math.random,
    schedule = later,
    ...rest
  }: QueueOptions) {
    this.#now = now;
    this.#metrics = rest.metrics;
    this.#onDrained = rest.onDrained ?? (() => {});
    this.#limiter = createRateLimiter(rest.limits ?? CONTROLLER_LIMITS, { now, random });
    this.#delays = createDelays({ now, schedule, onDue: id => this.#due(id) });
  }

  readonly add = (key: Key, priority: Priority = 'fresh'): void => {
    if (this.#isShutDown) return;
    const id = toText(key);
    if (this.#working.has(id)) this.#addAgain(id, key, priority);
    else if (this.#waiting.fresh.has(id) || (priority === 'listed' && this.#waiting.listed.has(id))) return;
    else this.#push(id, key, priority);
  };

  readonly addAfter = (key: Key, delayMs: number): void => {
    if (this.#isShutDown) return;
    if (delayMs <= 0) return this.add(key);
    const id = toText(key);
    this.#delayed.set(id, key);
    this.#delays.set(id, delayMs);
  };

  readonly addRateLimited = (key: Key, atLeastMs = 0): void => {
    this.#metrics?.retried();
    this.addAfter(key, Math.max(this.#limiter.next(toText(key)), atLeastMs));
  };

  readonly get = (): Promise<Key | undefined> => {
    if (this.#isShutDown) return Promise.resolve(undefined);
    const id = this.#first();
    if (id !== undefined) return Promise.resolve(this.#take(id));
    return new Promise(resolve => this.#takers.push(resolve));
  };

  readonly done = (key: Key): void => {
    const id = toText(key);
    const startedAt = this.#working.get(id);
    if (startedAt === undefined) return;
    this.#working.delete(id);
    this.#metrics?.worked((this.#now() - startedAt) / 1000);
    const priority = this.#again.get(id);
    this.#again.delete(id);
    if (priority === undefined) this.#keys.delete(id);
    else if (!this.#isShutDown) this.#push(id, key, priority);
    if (this.#working.size === 0 && this.depth === 0) this.#onDrained();
  };

  readonly forget = (key: Key): void => {
    this.#limiter.forget(toText(key));
  };

  readonly failures = (key: Key): number => this.#limiter.failures(toText(key));

  readonly shutDown = (): void => {
    this.#isShutDown = true;
    this.#delays.clear();
    for (const take of this.#takers.splice(0)) take(undefined);
  };

  get listed(): number {
    return this.#waiting.listed.size;
  }

  get depth(): number {
    return this.#waiting.fresh.size + this.#waiting.listed.size;
  }

  readonly unfinished = (): { sum: number; longest: number } => {
    const seconds = [...this.#working.values()].map(startedAt => (this.#now() - startedAt) / 1000);
    return { sum: seconds.reduce((sum, each) => sum + each, 0), longest: Math.max(0, ...seconds) };
  };

  #addAgain(id: string, key: Key, priority: Priority): void {
    if (!this.#again.has(id)) this.#metrics?.added();
    this.#keys.set(id, key);
    this.#again.set(id, this.#again.get(id) === 'fresh' ? 'fresh' : priority);
  }

  #push(id: string, key: Key, priority: Priority): void {
    const since = this.#waiting.listed.get(id);
    this.#waiting.listed.delete(id);
    if (since === undefined) this.#metrics?.added();
    this.#keys.set(id, key);
    this.#waiting[priority].set(id, since ?? this.#now());
    const taker = this.#takers.shift();
    if (taker !== undefined) taker(this.#take(id));
  }

  #first(): string | undefined {
    for (const id of this.#waiting.fresh.keys()) return id;
    for (const id of this.#waiting.listed.keys()) return id;
    return undefined;
  }

  #take(id: string): Key | undefined {
    const since = this.#waiting.fresh.get(id) ?? this.#waiting.listed.get(id) ?? this.#now();
    this.#waiting.fresh.delete(id);
    this.#waiting.listed.delete(id);
    this.#working.set(id, this.#now());
    this.#metrics?.queued((this.#now() - since) / 1000);
    return this.#keys.get(id);
  }

  #due(id: string): void {
    const key = this.#delayed.get(id);
    this.#delayed.delete(id);
    if (key !== undefined) this.add(key);
  }
}

function later(work: () => void, delayMs: number): () => void {
  const timer = setTimeout(work, delayMs);
  return () => clearTimeout(timer);
}
