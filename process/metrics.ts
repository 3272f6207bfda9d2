// The series that every process exports, and how others are made. Labels are bounded: codes, kinds and outcomes.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type CommonMetrics = ReturnType<typeof commonMetrics>;

/** Makes and registers them. */
export function commonMetrics(registry: Registry) {
  const { counter, gauge } = makers(registry);
  return {
    engineFaults: counter('dappmesh_engine_faults_total', 'Evaluations that failed, by engine code', [
      'code',
    ]),
    workersReplaced: counter('dappmesh_engine_workers_replaced_total', 'Threads ended and replaced', [
      'reason',
    ]),
    bundleSwaps: counter('dappmesh_bundle_swaps_total', 'Bundle files taken up, or refused', ['outcome']),
    bundleInfo: gauge('dappmesh_bundle_info', 'Always 1; the revision of the serving bundle', ['revision']),
    bundleHealthy: gauge('dappmesh_bundle_healthy', '1 if the bundle file is the one that serves', []),
    watchEvents: counter(
      'dappmesh_watch_events_total',
      'What watches met with: lists, failures, handlers that threw',
      ['resource', 'event'],
    ),
    cpuSeconds: counter('process_cpu_seconds_total', 'CPU time of the whole process', []),
    residentBytes: gauge('process_resident_memory_bytes', 'Resident memory of the whole process', []),
  };
}

const MICROSECONDS = 1e6;

/** Gives a function that brings CPU and memory up to date; they are measured when they are asked for. */
export function measureProcess(metrics: Pick<CommonMetrics, 'cpuSeconds' | 'residentBytes'>): () => void {
  let last = 0;
  return () => {
    const { user, system } = process.cpuUsage();
    const now = (user + system) / MICROSECONDS;
    metrics.cpuSeconds.inc(Math.max(0, now - last));
    last = now;
    metrics.residentBytes.set(process.memoryUsage.rss());
  };
}

/** Makes series in one registry. */
export function makers(registry: Registry) {
  const registers = [registry];
  return {
    counter: <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
      new Counter<Label>({ name, help, labelNames: [...labels], registers }),
    gauge: <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
      new Gauge<Label>({ name, help, labelNames: [...labels], registers }),
    histogram: <Label extends string>(
      name: string,
      help: string,
      labels: readonly Label[],
      buckets: readonly number[],
    ) => new Histogram<Label>({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
  };
}
