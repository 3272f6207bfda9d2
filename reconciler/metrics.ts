// Every series that the reconciler exports, named as controller-runtime and client-go name theirs. Labels are
// bounded: kinds, results and codes, never names, users or messages.

import { Registry } from 'prom-client';
import type { RequestOutcome } from '../cluster/request.ts';
import { commonMetrics, makers } from '../process/metrics.ts';
import type { ReconcileMetrics } from './deps.ts';
import type { QueueMetrics } from './queue/queue.ts';

/** There is one controller for all kinds; where controller-runtime has one per kind, the kind is the label. */
const CONTROLLER = 'dappmesh';
const RECONCILE_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const QUEUE_SECONDS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1_000];
const REQUEST_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30, 60];

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics, in a registry of their own. */
export function createMetrics() {
  const registry = new Registry();
  const { workers, ...reconciles } = reconcileMetrics(registry);
  return {
    registry,
    workers,
    reconciles: reconciles.report,
    queue: queueMetrics(registry),
    requests: requestMetrics(registry),
    ...commonMetrics(registry),
    ...stateMetrics(registry),
  };
}

function reconcileMetrics(registry: Registry) {
  const { counter, gauge, histogram } = makers(registry);
  const name = (rest: string) => `controller_runtime_${rest}`;
  const total = counter(name('reconcile_total'), 'Reconciles, by result', ['controller', 'result']);
  const errors = counter(name('reconcile_errors_total'), 'Reconciles that failed', ['controller']);
  const terminal = counter(
    name('terminal_reconcile_errors_total'),
    'Reconciles that failed and are not retried',
    ['controller'],
  );
  const panics = counter(name('reconcile_panics_total'), 'Reconciles that failed by a fault of ours', [
    'controller',
  ]);
  const seconds = histogram(
    name('reconcile_time_seconds'),
    'Time of one reconcile',
    ['controller'],
    RECONCILE_SECONDS,
  );
  const active = gauge(name('active_workers'), 'Reconciles under way', ['controller']);
  const workers = gauge(name('max_concurrent_reconciles'), 'Workers', ['controller']);
  const writes = counter('dappmesh_reconciler_writes_total', 'Write requests, by kind of what was written', [
    'kind',
    'action',
  ]);
  const report: ReconcileMetrics = {
    active: delta => active.inc({ controller: CONTROLLER }, delta),
    reconciled(kind, result, duration) {
      const controller = kind.toLowerCase();
      const failed = result === 'error' || result === 'terminal';
      total.inc({ controller, result: failed ? 'error' : result });
      seconds.observe({ controller }, duration);
      if (failed) errors.inc({ controller });
      if (result === 'terminal') terminal.inc({ controller });
    },
    panicked: kind => panics.inc({ controller: kind.toLowerCase() }),
    wrote: (kind, action) => writes.inc({ kind, action }),
  };
  return { report, workers: (count: number) => workers.set({ controller: CONTROLLER }, count) };
}

function queueMetrics(registry: Registry) {
  const { counter, gauge, histogram } = makers(registry);
  const labels = { name: CONTROLLER };
  const series = (rest: string) => `workqueue_${rest}`;
  const depth = gauge(series('depth'), 'Keys that wait', ['name']);
  const adds = counter(series('adds_total'), 'Keys that were added', ['name']);
  const waits = histogram(series('queue_duration_seconds'), 'How long a key waited', ['name'], QUEUE_SECONDS);
  const works = histogram(
    series('work_duration_seconds'),
    'How long a key was worked on',
    ['name'],
    QUEUE_SECONDS,
  );
  const unfinished = gauge(series('unfinished_work_seconds'), 'Time that the work under way has taken', [
    'name',
  ]);
  const longest = gauge(series('longest_running_processor_seconds'), 'The longest of these', ['name']);
  const retries = counter(series('retries_total'), 'Keys that were added again after a failure', ['name']);
  const report: QueueMetrics = {
    added: () => adds.inc(labels),
    queued: duration => waits.observe(labels, duration),
    worked: duration => works.observe(labels, duration),
    retried: () => retries.inc(labels),
  };
  return {
    report,
    /** Sets what is only known when it is asked for. */
    refresh(waiting: number, working: { sum: number; longest: number }) {
      depth.set(labels, waiting);
      unfinished.set(labels, working.sum);
      longest.set(labels, working.longest);
    },
  };
}

function requestMetrics(registry: Registry) {
  const { counter, histogram } = makers(registry);
  const total = counter('rest_client_requests_total', 'Requests to the API server', ['code', 'method']);
  const seconds = histogram(
    'rest_client_request_duration_seconds',
    'Time from a request to the head of its answer',
    ['verb'],
    REQUEST_SECONDS,
  );
  return ({ method, status, durationMs }: RequestOutcome) => {
    total.inc({ code: status === undefined ? '<error>' : String(status), method });
    seconds.observe({ verb: method }, durationMs / 1_000);
  };
}

function stateMetrics(registry: Registry) {
  const { gauge } = makers(registry);
  return {
    leading: gauge('leader_election_master_status', '1 while this process leads', ['name']),
    ready: gauge('dappmesh_reconciler_ready', '1 while /readyz says so', []),
    objects: gauge('dappmesh_reconciler_objects', 'Objects of the mesh that are watched', ['kind']),
    children: gauge('dappmesh_reconciler_children', 'Objects that were made and are watched', []),
  };
}
