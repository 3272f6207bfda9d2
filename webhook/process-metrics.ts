// Gauges about the process itself, read when they are asked for and not in between.

import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { measureProcess } from '../process/metrics.ts';
import type { Metrics } from './metrics.ts';

const NANOSECONDS = 1e9;

/** Returns a function that refreshes the process gauges, and one that ends the measurement. */
export function observeProcess(metrics: Metrics): { refresh: () => void; stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let lastLoop: EventLoopUtilization = performance.eventLoopUtilization();
  const measure = measureProcess(metrics);
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
    measure();
  }
  return { refresh, stop: () => delay.disable() };
}
