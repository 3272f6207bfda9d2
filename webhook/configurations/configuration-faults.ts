// What can be wrong with a webhook configuration: pure, from the observed object and what it should say.

import type { ConfigurationKind, WebhookConfiguration, WebhookEntry } from './webhook-configuration.ts';

/** Bounded: the metric's label. */
export type ConfigurationFault =
  | 'configuration-missing'
  | 'webhook-missing'
  | 'webhook-edited'
  | 'fails-open'
  | 'ca-bundle-stale';

export interface FoundFault {
  readonly fault: ConfigurationFault;
  /** What exactly, for the log. */
  readonly detail: string;
}

export interface Expected {
  readonly kind: ConfigurationKind;
  /** PEM list that `caBundle` must say; empty when something else takes care of it. */
  readonly trustedPem: string;
  /** The shipped object, when it is known. */
  readonly shipped?: WebhookConfiguration;
}

/** All faults of one configuration; null stands for a deleted one. */
export function configurationFaults(observed: WebhookConfiguration | null, expected: Expected): FoundFault[] {
  if (observed === null) return [{ fault: 'configuration-missing', detail: expected.kind }];
  const entries = observed.webhooks ?? [];
  if (expected.shipped === undefined && entries.length === 0) {
    return [{ fault: 'webhook-missing', detail: 'it lists no webhook' }];
  }
  return [
    ...(expected.shipped?.webhooks ?? []).flatMap(shipped => entryFaults(shipped, entries)),
    ...entries.flatMap(entry => opennessFaults(entry, expected)),
    ...entries.flatMap(entry => bundleFaults(entry, expected.trustedPem)),
  ];
}

/** A validating webhook that is skipped when it cannot be reached would be no guard at all. */
function opennessFaults(entry: WebhookEntry, { kind, shipped }: Expected): FoundFault[] {
  if (shipped !== undefined || kind !== 'ValidatingWebhookConfiguration') return [];
  return entry['failurePolicy'] === 'Ignore'
    ? [{ fault: 'fails-open', detail: `${entry.name}: failurePolicy is Ignore` }]
    : [];
}

function bundleFaults(entry: WebhookEntry, trustedPem: string): FoundFault[] {
  if (trustedPem === '' || entry.clientConfig.caBundle === toCaBundle(trustedPem)) return [];
  return [{ fault: 'ca-bundle-stale', detail: entry.name }];
}

function entryFaults(shipped: WebhookEntry, entries: readonly WebhookEntry[]): FoundFault[] {
  const observed = entries.find(entry => entry.name === shipped.name);
  if (observed === undefined) return [{ fault: 'webhook-missing', detail: shipped.name }];
  return Object.keys(shipped)
    .filter(field => !says(observed[field], shipped[field]))
    .map(field => ({ fault: 'webhook-edited', detail: `${shipped.name}: ${field}` }));
}

/** Whether everything that is shipped is there; what the API server fills in beside it is not compared. */
function says(observed: unknown, shipped: unknown): boolean {
  if (Array.isArray(shipped)) {
    if (!Array.isArray(observed) || observed.length !== shipped.length) return false;
    return shipped.every((item, i) => says(observed[i], item));
  }
  if (typeof shipped === 'object' && shipped !== null) {
    if (typeof observed !== 'object' || observed === null) return false;
    return Object.entries(shipped).every(([key, value]) =>
      says((observed as Record<string, unknown>)[key], value),
    );
  }
  return observed === shipped;
}

/** `caBundle` is base64 of a PEM list. */
export function toCaBundle(trustedPem: string): string {
  return Buffer.from(trustedPem).toString('base64');
}
