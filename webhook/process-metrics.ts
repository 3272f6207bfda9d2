// Gauges about the process itself, read when they are asked for and not in between.

import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** Returns a function that refreshes the process gauges, and one that ends the measurement. */
export function observeProcess(metrics: Metrics): { refresh: () => void; stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let lastLoop: EventLoopUtilization = performance.eventLoopUtilization();
  let lastCpu = 0;
  function refresh(): void {
    const loop = performance.eventLoopUtilization();
    metrics.eventLoopUtilisation.set(performance.eventLoopUtilization(loop, lastLoop).utilization);
    lastLoop = loop;
    for (const quantile of [50, 99]) {
      metrics.eventLoopLag.set(
        { quantile: String(quantile / 100) },
        delay.percentile(quantile) / NANOSECONDS,
      );
    }
    delay.reset();
    const { user, system } = process.cpuUsage();
    const cpu = (user + system) / MICROSECONDS;
    metrics.cpuSeconds.inc(Math.max(0, cpu - lastCpu));
    lastCpu = cpu;
    metrics.residentBytes.set(process.memoryUsage.rss());
  }
  return { refresh, stop: () => delay.disable() };
}
