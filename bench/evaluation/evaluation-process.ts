// Evaluations and nothing else, in a process of their own.

import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import { serveJobs } from '../machine/helper-process.ts';
import { mean, quantile } from '../measure.ts';
import { openInstance, toInput } from './instance.ts';

export interface EvaluationJob {
  readonly bundle: Uint8Array;
  readonly data: Uint8Array;
  readonly reviews: readonly Uint8Array[];
  readonly seconds: number;
}

export interface EvaluationResult {
  readonly evaluations: number;
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
  /** CPU of an evaluation after each of which the thread sleeps: caches and core go cold meanwhile. */
  readonly afterSleepCpuMs: number;
}

const WARM_MS = 2000;
const SLEEP_MS = 0.1;
const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

serveJobs(measure);

async function measure(job: EvaluationJob): Promise<EvaluationResult> {
  const evaluate = openInstance(await loadBundle(job.bundle), job.data);
  const inputs = job.reviews.map(toInput);
  const times: number[] = [];
  const run = (ms: number): void => {
    const end = performance.now() + ms;
    for (let i = 0, before = performance.now(); before < end; i++) {
      evaluate(inputs[i % inputs.length] as Buffer);
      const after = performance.now();
      times.push(after - before);
      before = after;
    }
  };
  run(WARM_MS);
  times.length = 0;
  const cpu = process.cpuUsage();
  run(job.seconds * 1000);
  const { user, system } = process.cpuUsage(cpu);
  const sleeping = costPerTurn(job.seconds, () => undefined);
  const both = costPerTurn(job.seconds, i => evaluate(inputs[i % inputs.length] as Buffer));
  return {
    evaluations: times.length,
    meanMs: mean(times),
    p99Ms: quantile(times, 0.99),
    cpuMs: (user + system) / 1000 / times.length,
    afterSleepCpuMs: both - sleeping,
  };
}

/** CPU of one turn of work and a short sleep: what a server does that has little to do. */
function costPerTurn(seconds: number, work: (turn: number) => unknown): number {
  const end = performance.now() + (seconds * 1000) / 4;
  const cpu = process.cpuUsage();
  let turns = 0;
  for (; performance.now() < end; turns++) {
    work(turns);
    Atomics.wait(SLEEPER, 0, 0, SLEEP_MS);
  }
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000 / turns;
}
