// The ways side by side in a process of their own, one thread each.

import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import { toInput } from '../evaluation/instance.ts';
import { serveJobs } from '../machine/helper-process.ts';
import { quantile } from '../measure.ts';
import { openByMessage } from './by-message.ts';
import { openBySharedMemory } from './by-shared-memory.ts';
import { openUnwatched, openWatched, openWatchedTurns } from './in-thread.ts';
import { type Kept, keepPromise } from './promise.ts';
import type { Way } from './way.ts';

export interface HandoffJob {
  /** With the policy that runs away. */
  readonly bundle: Uint8Array;
  readonly data: Uint8Array;
  readonly reviews: readonly Uint8Array[];
  readonly runaway: Uint8Array;
  readonly inFlight: readonly number[];
  readonly roundMs: number;
  readonly deadlineMs: number;
}

export interface Pace {
  readonly inFlight: number;
  readonly perSecond: number;
  /** Of the whole process, per evaluation. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type HandoffResult = readonly { name: string; paces: readonly Pace[]; kept: Kept }[];

const WARM_MS = 700;

serveJobs(measure);

async function measure(job: HandoffJob): Promise<HandoffResult> {
  const bundle = await loadBundle(job.bundle);
  const options = { bundle, data: job.data, deadlineMs: job.deadlineMs };
  const message = { bundle: job.bundle, data: job.data };
  const open: (() => Way | Promise<Way>)[] = [
    () => openUnwatched(options),
    () => openByMessage(message, false),
    () => openByMessage(message, true),
    () => openBySharedMemory(options),
    () => openWatched(options),
    () => openWatchedTurns(options),
  ];
  const inputs = job.reviews.map(toInput);
  const results = [];
  for (const start of open) {
    const way = await start();
    await paceOf(way, inputs, 8, WARM_MS);
    const paces = [];
    for (const inFlight of job.inFlight) paces.push(await paceOf(way, inputs, inFlight, job.roundMs));
    const kept = await keepPromise(
      way,
      { runaway: toInput(job.runaway), normal: inputs[0] ?? toInput(job.runaway) },
      job.deadlineMs,
    );
    results.push({ name: way.name, paces, kept });
    await way.close();
  }
  return results;
}

async function paceOf(way: Way, inputs: readonly Uint8Array[], inFlight: number, ms: number): Promise<Pace> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      const sentAt = performance.now();
      const text = await way.evaluate(inputs[next++ % inputs.length] as Uint8Array);
      if (!text.startsWith('[{"result":{"uid":')) throw new Error(`${way.name} gives ${text}`);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return {
    inFlight,
    perSecond: latencies.length / ((performance.now() - startedAt) / 1000),
    cpuMs: (user + system) / 1000 / latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
