// Looks at both configurations at once, after every new authority and every `pollMs`, and repairs what it may.

import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../../cluster/connect.ts';
import { configurationFaults, type Expected, type FoundFault, toCaBundle } from './configuration-faults.ts';
import {
  CONFIGURATION_KINDS,
  type ConfigurationKind,
  configurationPath,
  type WebhookConfiguration,
  type WebhookEntry,
} from './webhook-configuration.ts';

export interface KeeperDeps {
  readonly cluster: Pick<Cluster, 'request'>;
  /** Name of both objects. */
  readonly name: string;
  /** The shipped objects, to which edited or deleted ones are restored; none: only `caBundle` is. */
  readonly shipped: readonly WebhookConfiguration[];
  /** Called with the faults that were not there at the last look; with none when the last one has gone. */
  readonly onFound: (kind: ConfigurationKind, faults: readonly FoundFault[]) => void;
  /** Called after every look, with the configurations as they stand then and the worse trust of the two. */
  readonly onChecked: (trust: Trust, standing: readonly WebhookConfiguration[]) => void;
  /** Called with what the API server refused, reading or repairing. */
  readonly onError: (error: unknown) => void;
  readonly pollMs: number;
}

/**
 * Whether who calls us can trust our certificate; of all that can be wrong with a configuration, this alone makes a
 * replica useless. `missing`: nobody calls us.
 */
export type Trust =
  | { readonly kind: 'trusted' | 'missing' }
  | { readonly kind: 'untrusted'; readonly reason: string };

export interface ConfigurationKeeper {
  /** From now on this is what `caBundle` says. */
  trust(trustedPem: string): Promise<void>;
  check(): Promise<void>;
  /** From now on nothing is written, not even by a look that is under way. */
  stop(): void;
}

/** While nobody can call us, the configurations are looked at this often. */
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
    const pem = trustedPem;
    const looks = await Promise.all(
      CONFIGURATION_KINDS.map(kind => keepOne(kind, pem, noted, () => stopped)),
    );
    const trust = worst(looks.map(each => each.trust));
    deps.onChecked(
      trust,
      looks.flatMap(({ standing }) => standing ?? []),
    );
    const waitMs = trust.kind === 'trusted' ? deps.pollMs : Math.min(IMPATIENT_MS, deps.pollMs);
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
  const last = new Map<ConfigurationKind, readonly string[]>();
  return (kind, faults) => {
    const before = last.get(kind) ?? [];
    last.set(kind, faults.map(toText));
    const news = faults.filter(fault => !before.includes(toText(fault)));
    if (news.length > 0 || (faults.length === 0 && before.length > 0)) onFound(kind, news);
  };
}

function toText({ fault, detail }: FoundFault): string {
  return `${fault} ${detail}`;
}

function worst(trusts: readonly Trust[]): Trust {
  const find = (kind: Trust['kind']) => trusts.find(trust => trust.kind === kind);
  return find('untrusted') ?? find('missing') ?? { kind: 'trusted' };
}

interface Look {
  readonly trust: Trust;
  /** The configuration after what could be repaired has been; null when there is none, or nobody can tell. */
  readonly standing: WebhookConfiguration | null;
}

/** Never rejects: a repair that fails leaves what was there, and what that means stays true. */
async function keepOne(
  kind: ConfigurationKind,
  trustedPem: string,
  deps: KeeperDeps,
  isStopped: () => boolean,
): Promise<Look> {
  let standing: WebhookConfiguration | null = null;
  let problem = 'it does not trust the certificate yet';
  try {
    standing = await readConfiguration(kind, deps);
  } catch (error) {
    deps.onError(error);
    return { trust: { kind: 'untrusted', reason: messageOf(error) }, standing };
  }
  const shipped = deps.shipped.find(object => object.kind === kind);
  const expected = { kind, trustedPem, ...(shipped === undefined ? {} : { shipped }) };
  const faults = configurationFaults(standing, expected);
  deps.onFound(kind, faults);
  try {
    // It may have been stopped during the look: who uninstalls us must not find back what is deleted after that.
    if (faults.length > 0 && !isStopped()) standing = await repair(standing, expected, deps);
  } catch (error) {
    deps.onError(error);
    problem = messageOf(error);
  }
  if (standing === null) return { trust: { kind: 'missing' }, standing };
  const distrusts = configurationFaults(standing, expected).some(({ fault }) => fault === 'ca-bundle-stale');
  return {
    trust: distrusts ? { kind: 'untrusted', reason: `${kind}: ${problem}` } : { kind: 'trusted' },
    standing,
  };
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

/** Puts back the shipped webhooks if they are known, and our authorities in any case; writes only a difference. */
async function repair(
  observed: WebhookConfiguration | null,
  { kind, shipped, trustedPem }: Expected,
  { cluster, name }: KeeperDeps,
): Promise<WebhookConfiguration | null> {
  const source = shipped ?? observed;
  if (source === null) return null;
  const before = observed?.webhooks ?? [];
  const webhooks = (source.webhooks ?? []).map(entry => withBundle(entry, before, trustedPem));
  if (observed === null) {
    return cluster.request({ method: 'POST', path: configurationPath(kind), body: { ...source, webhooks } });
  }
  if (isDeepStrictEqual(webhooks, before)) return observed;
  // The version makes it a 409 if somebody else was faster: then the next look decides anew.
  const { resourceVersion } = observed.metadata;
  return cluster.request({
    method: 'PATCH',
    path: configurationPath(kind, name),
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion }, webhooks },
  });
}

/** Where somebody else takes care of `caBundle`, the one that is there stays. */
function withBundle(entry: WebhookEntry, before: readonly WebhookEntry[], trustedPem: string): WebhookEntry {
  const injected = before.find(({ name }) => name === entry.name)?.clientConfig.caBundle;
  const caBundle = trustedPem === '' ? injected : toCaBundle(trustedPem);
  return caBundle === undefined ? entry : { ...entry, clientConfig: { ...entry.clientConfig, caBundle } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
