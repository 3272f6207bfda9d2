// What the API server fills into a webhook entry (admissionregistration.k8s.io/v1), so that a shipped entry and a
// stored one can be compared as a whole. Pure.

import type { ConfigurationKind, WebhookEntry } from './webhook-configuration.ts';

/** https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/admissionregistration/v1/defaults.go */
const ENTRY_DEFAULTS: Readonly<Record<ConfigurationKind, object>> = {
  ValidatingWebhookConfiguration: {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  },
  MutatingWebhookConfiguration: {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    reinvocationPolicy: 'Never',
  },
};

/** The entry as the API server would store it. */
export function withDefaults(kind: ConfigurationKind, entry: WebhookEntry): WebhookEntry {
  const { clientConfig, rules } = entry;
  const { service } = clientConfig;
  return {
    ...ENTRY_DEFAULTS[kind],
    ...entry,
    clientConfig: isObject(service) ? { ...clientConfig, service: { port: 443, ...service } } : clientConfig,
    ...(Array.isArray(rules) ? { rules: rules.map((rule: object) => ({ scope: '*', ...rule })) } : {}),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
