// The two objects that make the API server call us. They are never sent to webhooks themselves, so whoever may
// edit them could switch us off: we look at them, say what is wrong, and put it right.

export interface WebhookConfiguration {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly webhooks?: readonly WebhookEntry[];
}

export interface WebhookEntry {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export const CONFIGURATION_KINDS = [
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
] as const;
export type ConfigurationKind = (typeof CONFIGURATION_KINDS)[number];

/** Path of a configuration on the API server. */
export function configurationPath(kind: ConfigurationKind, name?: string): string {
  const plural = `${kind.toLowerCase()}s`;
  return `/apis/admissionregistration.k8s.io/v1/${plural}${name === undefined ? '' : `/${name}`}`;
}
