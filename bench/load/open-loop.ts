// Open loop: requests are due at fixed times, and their latency counts from then, so that a stall of the server
// shows in every request that it delayed and not only in the one that met it.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, openConnection } from './connection.ts';
import type { LoadResult, OpenLoopJob, Shot } from './job.ts';
import { Tally } from './tally.ts';

/** Timers are late by up to a millisecond and more: the rest is spent watching the clock. */
const WATCH_MS = 2;

/** Runs the job. Throws when a connection breaks. */
export async function runOpenLoop(job: OpenLoopJob): Promise<LoadResult> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const opening = Array.from({ length: job.connections }, () => openConnection(job.target, reject));
  const connections = await Promise.race([Promise.all(opening), broken]);
  try {
    return await Promise.race([shoot(job, connections), broken]);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function shoot(job: OpenLoopJob, connections: readonly Connection[]): Promise<LoadResult> {
  const tally = new Tally(job.target.pid);
  const queue = new ShotQueue(connections, tally);
  const total = Math.round((job.perSecond * (job.warmMs + job.measureMs)) / 1000);
  const warm = Math.round((job.perSecond * job.warmMs) / 1000);
  const begin = performance.now();
  for (let number = 0; number < total; number++) {
    const dueAt = begin + (number * 1000) / job.perSecond;
    await untilTime(dueAt);
    if (number === warm) tally.start();
    queue.add(job.shots[number % job.shots.length] as Shot, dueAt);
  }
  await queue.drained();
  return tally.end();
}

async function untilTime(time: number): Promise<void> {
  const rest = time - performance.now() - WATCH_MS;
  if (rest > 0) await sleep(rest);
  while (performance.now() < time) await new Promise(resolve => setImmediate(resolve));
}

/** Gives shots to connections as they become free. */
class ShotQueue {
  readonly #free: Connection[];
  readonly #count: number;
  readonly #tally: Tally;
  readonly #waiting: { shot: Shot; dueAt: number }[] = [];
  #onDrained: (() => void) | undefined;

  constructor(connections: readonly Connection[], tally: Tally) {
    this.#free = [...connections];
    this.#count = connections.length;
    this.#tally = tally;
  }

  add(shot: Shot, dueAt: number): void {
    this.#waiting.push({ shot, dueAt });
    this.#next();
  }

  async drained(): Promise<void> {
    if (this.#isIdle) return;
    await new Promise<void>(resolve => {
      this.#onDrained = resolve;
    });
  }

  get #isIdle(): boolean {
    return this.#free.length === this.#count && this.#waiting.length === 0;
  }

  #next(): void {
    // In turn: a connection that never sends anything is closed by a careful server.
    const [connection] = this.#free;
    const due = connection === undefined ? undefined : this.#waiting.shift();
    if (connection === undefined || due === undefined) return;
    this.#free.shift();
    connection.send(due.shot.request, response => {
      this.#tally.count(due.shot, response, performance.now() - due.dueAt);
      this.#free.push(connection);
      this.#next();
      if (this.#isIdle) this.#onDrained?.();
    });
  }
}
