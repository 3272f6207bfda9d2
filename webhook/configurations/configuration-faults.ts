// What can be wrong with a webhook configuration: pure, from the observed object and what it should say.

import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationKind, WebhookConfiguration, WebhookEntry } from './webhook-configuration.ts';
import { withDefaults } from './webhook-defaults.ts';

/** Bounded: the metric's label. */
export type ConfigurationFault =
  | 'configuration-missing'
  | 'webhook-missing'
  | 'webhook-edited'
  | 'webhook-added'
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
  const { kind, shipped, trustedPem } = expected;
  if (observed === null) return [{ fault: 'configuration-missing', detail: kind }];
  const entries = observed.webhooks ?? [];
  return [
    ...(shipped === undefined
      ? unguardedFaults(entries, kind)
      : differences(entries, shipped.webhooks ?? [], kind)),
    ...entries.flatMap(entry => bundleFaults(entry, trustedPem)),
  ];
}

/** What can be told without knowing what was shipped. */
function unguardedFaults(entries: readonly WebhookEntry[], kind: ConfigurationKind): FoundFault[] {
  if (entries.length === 0) return [{ fault: 'webhook-missing', detail: 'it lists no webhook' }];
  // A validating webhook that is skipped when it cannot be reached would be no guard at all.
  if (kind !== 'ValidatingWebhookConfiguration') return [];
  return entries
    .filter(entry => entry['failurePolicy'] === 'Ignore')
    .map(({ name }) => ({ fault: 'fails-open', detail: `${name}: failurePolicy is Ignore` }));
}

function bundleFaults(entry: WebhookEntry, trustedPem: string): FoundFault[] {
  if (trustedPem === '' || entry.clientConfig.caBundle === toCaBundle(trustedPem)) return [];
  return [{ fault: 'ca-bundle-stale', detail: entry.name }];
}

/** Whole entries are compared: a field that nobody shipped can switch a webhook off as well as one that is gone. */
function differences(
  entries: readonly WebhookEntry[],
  shipped: readonly WebhookEntry[],
  kind: ConfigurationKind,
): FoundFault[] {
  const known = new Set(shipped.map(({ name }) => name));
  const added = entries.filter(({ name }) => !known.has(name));
  return [
    ...shipped.flatMap(entry => entryFaults(entry, entries, kind)),
    ...added.map(({ name }): FoundFault => ({ fault: 'webhook-added', detail: name })),
  ];
}

function entryFaults(
  shipped: WebhookEntry,
  entries: readonly WebhookEntry[],
  kind: ConfigurationKind,
): FoundFault[] {
  const observed = entries.find(({ name }) => name === shipped.name);
  if (observed === undefined) return [{ fault: 'webhook-missing', detail: shipped.name }];
  return editedFields(comparable(observed, kind), comparable(shipped, kind)).map(field => ({
    fault: 'webhook-edited',
    detail: `${shipped.name}: ${field}`,
  }));
}

function editedFields(observed: WebhookEntry, shipped: WebhookEntry): string[] {
  return [...new Set([...Object.keys(shipped), ...Object.keys(observed)])].filter(
    field => !isDeepStrictEqual(observed[field], shipped[field]),
  );
}

/** As the API server stores it, but for the `caBundle`, which is never shipped. */
function comparable(entry: WebhookEntry, kind: ConfigurationKind): WebhookEntry {
  const { caBundle: _, ...clientConfig } = entry.clientConfig;
  return withDefaults(kind, { ...entry, clientConfig });
}

/** `caBundle` is base64 of a PEM list. */
export function toCaBundle(trustedPem: string): string {
  return Buffer.from(trustedPem).toString('base64');
}
