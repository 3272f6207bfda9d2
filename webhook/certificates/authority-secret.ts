// The Secret in which all replicas share one authority. Whoever comes first makes it; the others read it.

import type { Cluster } from '../../cluster/connect.ts';
import type { Authority } from './authority.ts';
import { canSign, createAuthority, spanOfCertificate } from './authority.ts';
import { type AuthoritySet, nextStep, takeStep } from './authority-plan.ts';

export interface SecretDeps {
  readonly cluster: Pick<Cluster, 'request'>;
  readonly namespace: string;
  readonly name: string;
  readonly now: () => Date;
}

interface SecretObject {
  readonly metadata: { readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Another replica was faster this often at most; then something else is wrong. */
const ATTEMPTS = 5;

/** The authorities to use now, made or moved on if it is time. Throws what the API server says. */
export async function ensureAuthorities(deps: SecretDeps): Promise<AuthoritySet> {
  for (let attempt = 1; ; attempt++) {
    const stored = await readSecret(deps);
    const set = stored === null ? null : toAuthorities(stored.data ?? {});
    const step = nextStep(set, deps.now());
    if (set !== null && step === 'keep') return set;
    const wanted = await takeStep(step, set, () => createAuthority(deps.now()));
    try {
      await writeSecret(deps, wanted, stored);
      return wanted;
    } catch (error) {
      if (statusOf(error) !== 409 || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readSecret({ cluster, namespace, name }: SecretDeps): Promise<SecretObject | null> {
  try {
    return await cluster.request<SecretObject>({ method: 'GET', path: pathOf(namespace, name) });
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** A PUT with the version that was read, so that two replicas cannot overwrite each other. */
async function writeSecret(deps: SecretDeps, set: AuthoritySet, stored: SecretObject | null): Promise<void> {
  const { cluster, namespace, name } = deps;
  const body = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/name': 'dappmesh', 'app.kubernetes.io/component': 'webhook' },
      ...(stored?.metadata.resourceVersion === undefined
        ? {}
        : { resourceVersion: stored.metadata.resourceVersion }),
    },
    data: toData(set),
  };
  const path = pathOf(namespace, stored === null ? '' : name);
  await cluster.request({ method: stored === null ? 'POST' : 'PUT', path, body });
}

/** Null when the Secret holds nothing usable: an edited Secret is replaced, not obeyed. */
export function toAuthorities(data: Readonly<Record<string, string>>): AuthoritySet | null {
  const current = toAuthority(data, 'current');
  if (current === null) return null;
  const next = toAuthority(data, 'next');
  const previousCertPem = decode(data['previous.crt']);
  return {
    current,
    ...(next === null ? {} : { next }),
    ...(isCertificate(previousCertPem) ? { previousCertPem } : {}),
  };
}

function toAuthority(data: Readonly<Record<string, string>>, stem: string): Authority | null {
  const authority = { certPem: decode(data[`${stem}.crt`]), keyPem: decode(data[`${stem}.key`]) };
  return canSign(authority) ? authority : null;
}

function toData({ current, next, previousCertPem }: AuthoritySet): Record<string, string> {
  return {
    'current.crt': encode(current.certPem),
    'current.key': encode(current.keyPem),
    ...(next === undefined ? {} : { 'next.crt': encode(next.certPem), 'next.key': encode(next.keyPem) }),
    ...(previousCertPem === undefined ? {} : { 'previous.crt': encode(previousCertPem) }),
  };
}

function isCertificate(pem: string): boolean {
  try {
    return spanOfCertificate(pem).until.getTime() > 0;
  } catch {
    // Edited by somebody: it is left out, as is all that cannot be used.
    return false;
  }
}

function pathOf(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/secrets${name === '' ? '' : `/${name}`}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(text: string | undefined): string {
  return Buffer.from(text ?? '', 'base64').toString();
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : undefined;
}
