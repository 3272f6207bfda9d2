// Every series that the webhook exports. Labels are bounded: codes, kinds, operations and outcomes, never
// names, users or messages. docs/metrics.md lists them; a test compares.

import { Registry } from 'prom-client';
import { commonMetrics, makers } from '../process/metrics.ts';

/** From 50 µs: a whole-millisecond histogram would hide every evaluation. */
const LATENCY_SECONDS = [
  0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 2.5, 5,
];

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics, in a registry of their own. */
export function createMetrics() {
  const registry = new Registry();
  return {
    registry,
    ...commonMetrics(registry),
    ...admissionMetrics(registry),
    ...engineMetrics(registry),
    ...stateMetrics(registry),
  };
}

function admissionMetrics(registry: Registry) {
  const { counter, gauge, histogram } = makers(registry);
  return {
    latency: histogram(
      'dappmesh_admission_latency_seconds',
      'Time from the whole body to the answer',
      ['webhook', 'decision'],
      LATENCY_SECONDS,
    ),
    decisions: counter('dappmesh_admission_decisions_total', 'Answered reviews', [
      'webhook',
      'kind',
      'operation',
      'decision',
    ]),
    findings: counter('dappmesh_admission_findings_total', 'Findings in answered reviews', [
      'code',
      'enforcement',
    ]),
    refusals: counter('dappmesh_admission_refusals_total', 'Requests refused without asking a policy', [
      'reason',
    ]),
    shed: counter('dappmesh_admission_shed_total', 'Reviews turned away with 429 and Retry-After', []),
    unchanged: counter(
      'dappmesh_admission_unchanged_total',
      'Updates allowed because nothing judged changed',
      [],
    ),
    inFlight: gauge('dappmesh_admission_in_flight', 'Reviews being judged', []),
  };
}

function engineMetrics(registry: Registry) {
  const { gauge, histogram } = makers(registry);
  return {
    queueDepth: gauge('dappmesh_engine_queue_depth', 'Evaluations waiting for a worker', []),
    evaluation: histogram(
      'dappmesh_engine_evaluation_seconds',
      'Time from handing a review to the engine to its answer, waiting included',
      ['family'],
      LATENCY_SECONDS,
    ),
  };
}

function stateMetrics(registry: Registry) {
  const { counter, gauge } = makers(registry);
  return {
    ready: gauge('dappmesh_webhook_ready', '1 while /readyz says so', []),
    certificateExpiry: gauge(
      'dappmesh_certificate_expiry_timestamp_seconds',
      'When the certificate ends, as Unix time',
      ['certificate'],
    ),
    certificateRenewals: counter('dappmesh_certificate_renewals_total', 'Attempts to renew', ['outcome']),
    configurationFaults: counter(
      'dappmesh_webhook_configuration_faults_total',
      'Webhook configurations found edited or deleted',
      ['configuration', 'fault'],
    ),
    exemptNamespaces: gauge(
      'dappmesh_exempt_namespaces',
      'Namespaces whose objects the validating webhook never sees',
      [],
    ),
    inventoryObjects: gauge('dappmesh_inventory_objects', 'Objects that policies can see', ['kind']),
    inventoryAge: gauge(
      'dappmesh_inventory_age_seconds',
      'Time since the watch of a kind last had word of the API server',
      ['kind'],
    ),
    inventorySynced: gauge('dappmesh_inventory_synced', '1 once all kinds have been listed completely', []),
    eventLoopUtilisation: gauge(
      'dappmesh_event_loop_utilisation_ratio',
      'Share of time the main thread was busy',
      [],
    ),
    eventLoopLag: gauge('dappmesh_event_loop_lag_seconds', 'Delay of the main thread, by quantile', [
      'quantile',
    ]),
  };
}
