// Looks at both configurations at once, after every new authority and every `pollMs`, and repairs what it may.

import type { Cluster } from '../../cluster/connect.ts';
import { configurationFaults, type FoundFault, toCaBundle } from './configuration-faults.ts';
import {
  CONFIGURATION_KINDS,
  type ConfigurationKind,
  configurationPath,
  type WebhookConfiguration,
} from './webhook-configuration.ts';

export interface KeeperDeps {
  readonly cluster: Pick<Cluster, 'request'>;
  /** Name of both objects. */
  readonly name: string;
  /** The shipped objects, to which edited or deleted ones are restored; none: only `caBundle` is. */
  readonly shipped: readonly WebhookConfiguration[];
  /** Called when the faults of a configuration are others than at the last look. */
  readonly onFound: (kind: ConfigurationKind, faults: readonly FoundFault[]) => void;
  /** Called after every look, with the worse of the two states. */
  readonly onChecked: (state: ConfigurationState) => void;
  readonly onError: (error: unknown) => void;
  readonly pollMs: number;
}

/** `missing`: nobody calls us. `out-of-order`: whoever calls us may not trust our certificate. */
export type ConfigurationState = 'in-order' | 'missing' | 'out-of-order';

export interface ConfigurationKeeper {
  /** From now on this is what `caBundle` says. */
  trust(trustedPem: string): Promise<void>;
  check(): Promise<void>;
  stop(): void;
}

/** While something is out of order, it is looked at this often. */
const IMPATIENT_MS = 1_000;

/** Begins with the first authority that it is told of. */
export function keepConfigurations(deps: KeeperDeps): ConfigurationKeeper {
  let trustedPem: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const noted: KeeperDeps = { ...deps, onFound: onlyNews(deps.onFound) };
  async function look(): Promise<void> {
    if (trustedPem === null || stopped) return;
    clearTimeout(timer);
    let state: ConfigurationState = 'out-of-order';
    try {
      const states = await Promise.all(
        CONFIGURATION_KINDS.map(kind => keepOne(kind, trustedPem ?? '', noted)),
      );
      state =
        states.find(one => one === 'out-of-order') ?? states.find(one => one === 'missing') ?? 'in-order';
      deps.onChecked(state);
    } catch (error) {
      deps.onError(error);
    }
    const waitMs = state === 'in-order' ? deps.pollMs : Math.min(IMPATIENT_MS, deps.pollMs);
    if (!stopped) timer = setTimeout(() => void check(), waitMs);
  }
  let running: Promise<void> = Promise.resolve();
  const check = (): Promise<void> => (running = running.then(look));
  return {
    check,
    trust(pem) {
      trustedPem = pem;
      return check();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** A fault that stays is told once, not at every look. */
function onlyNews(onFound: KeeperDeps['onFound']): KeeperDeps['onFound'] {
  const last = new Map<ConfigurationKind, string>();
  return (kind, faults) => {
    const text = JSON.stringify(faults);
    if (text === (last.get(kind) ?? '[]')) return;
    last.set(kind, text);
    onFound(kind, faults);
  };
}

/** The state of one configuration after what could be repaired has been. */
async function keepOne(
  kind: ConfigurationKind,
  trustedPem: string,
  deps: KeeperDeps,
): Promise<ConfigurationState> {
  const shipped = deps.shipped.find(object => object.kind === kind);
  const observed = await readConfiguration(kind, deps);
  const expected = { kind, trustedPem, ...(shipped === undefined ? {} : { shipped }) };
  const faults = configurationFaults(observed, expected);
  deps.onFound(kind, faults);
  if (faults.length === 0) return 'in-order';
  const repaired = await repair(kind, observed, shipped, trustedPem, deps);
  if (repaired === null) return 'missing';
  return configurationFaults(repaired, expected).length === 0 ? 'in-order' : 'out-of-order';
}

async function readConfiguration(
  kind: ConfigurationKind,
  { cluster, name }: KeeperDeps,
): Promise<WebhookConfiguration | null> {
  try {
    return await cluster.request<WebhookConfiguration>({
      method: 'GET',
      path: configurationPath(kind, name),
    });
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'status' in error && error.status === 404) return null;
    throw error;
  }
}

/** Puts back the shipped webhooks if they are known, and our authorities in any case. Null: nothing to be done. */
async function repair(
  kind: ConfigurationKind,
  observed: WebhookConfiguration | null,
  shipped: WebhookConfiguration | undefined,
  trustedPem: string,
  { cluster, name }: KeeperDeps,
): Promise<WebhookConfiguration | null> {
  const source = shipped ?? observed;
  if (source === null) return null;
  const webhooks = (source.webhooks ?? []).map(entry => ({
    ...entry,
    clientConfig: {
      ...entry.clientConfig,
      ...(trustedPem === '' ? {} : { caBundle: toCaBundle(trustedPem) }),
    },
  }));
  if (observed === null) {
    return cluster.request({ method: 'POST', path: configurationPath(kind), body: { ...source, webhooks } });
  }
  // The version makes it a 409 if somebody else was faster: then the next look decides anew.
  const { resourceVersion } = observed.metadata;
  return cluster.request({
    method: 'PATCH',
    path: configurationPath(kind, name),
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion }, webhooks },
  });
}
