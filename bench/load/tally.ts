// Counts answers while the clock runs.

import { cpuMs, machineMs } from '../machine/usage.ts';
import type { LoadResult, Shot } from './job.ts';
import type { Response } from './response.ts';

/** Bound on what one run may record. */
const MOST_ANSWERS = 2_000_000;

export class Tally {
  readonly #pid: number;
  #latencies = new Float32Array(1024);
  #answers = 0;
  #wrong = 0;
  #startedAt = 0;
  #serverCpu = 0;
  #ownCpu = process.cpuUsage();
  #machine = machineMs();

  constructor(serverPid: number) {
    this.#pid = serverPid;
  }

  get isFull(): boolean {
    return this.#answers >= MOST_ANSWERS;
  }

  /** Forgets what came before: from now on it counts. */
  start(): void {
    this.#answers = 0;
    this.#wrong = 0;
    this.#ownCpu = process.cpuUsage();
    this.#machine = machineMs();
    this.#serverCpu = cpuMs(this.#pid);
    this.#startedAt = performance.now();
  }

  count(shot: Shot, response: Response, latencyMs: number): void {
    if (response.status !== 200 || response.body.length !== shot.bodyBytes) this.#wrong += 1;
    if (this.#answers === this.#latencies.length) {
      const larger = new Float32Array(this.#latencies.length * 2);
      larger.set(this.#latencies);
      this.#latencies = larger;
    }
    this.#latencies[this.#answers] = latencyMs;
    this.#answers += 1;
  }

  /** What was counted since `start`. */
  end(): LoadResult {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const own = process.cpuUsage(this.#ownCpu);
    const generatorCpuMs = (own.user + own.system) / 1000;
    const serverCpuMs = cpuMs(this.#pid) - this.#serverCpu;
    const machine = machineMs();
    const others = machine.busy - this.#machine.busy - serverCpuMs - generatorCpuMs;
    return {
      answers: this.#answers,
      wrong: this.#wrong,
      seconds,
      serverCpuMs,
      generatorCpuMs,
      othersShare: Math.max(0, others / (machine.whole - this.#machine.whole)),
      latencies: this.#latencies.slice(0, this.#answers),
    };
  }
}
