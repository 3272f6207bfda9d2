// Whose objects are never sent here, by the namespace selector of the webhooks: pure. An exemption that nobody lists is
// one that nobody notices.

import type { WebhookConfiguration } from './webhook-configuration.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** The namespaces that every webhook of a configuration excludes by name, in order. */
export function exemptNamespaces({ webhooks = [] }: WebhookConfiguration): string[] {
  const [first = [], ...others] = webhooks.map(({ namespaceSelector }) => excludedBy(namespaceSelector));
  return [...new Set(first)].filter(name => others.every(names => names.includes(name))).toSorted();
}

function excludedBy(selector: unknown): readonly string[] {
  const { matchExpressions = [] } = (selector ?? {}) as { matchExpressions?: readonly Expression[] };
  return matchExpressions
    .filter(({ key, operator }) => key === NAME_LABEL && operator === 'NotIn')
    .flatMap(({ values = [] }) => values);
}
