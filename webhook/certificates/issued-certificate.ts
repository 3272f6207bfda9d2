// Each process signs its own leaf from the shared authority and renews it in time.

import { type Leaf, signLeaf, spanOfCertificate } from './authority.ts';
import { type AuthoritySet, trustedPem } from './authority-plan.ts';
import type { CertificateDeps, CertificateSource } from './certificate-source.ts';

export interface IssuedDeps extends CertificateDeps {
  /** The shared authorities, as they are now. */
  readonly authorities: () => Promise<AuthoritySet>;
  readonly names: readonly string[];
  readonly now: () => Date;
}

/** A leaf is renewed when this share of its life is over. */
const RENEW_AT = 2 / 3;

/** Looks at the authority and the clock at once and then every `pollMs`, so a host that slept catches up. */
export function followAuthorities(deps: IssuedDeps): CertificateSource {
  let set: AuthoritySet | null = null;
  let leaf: Leaf | null = null;
  let signedBy = '';
  let trusted = '';
  async function look(): Promise<void> {
    // Without an answer from the API server the leaf is still renewed from the authority at hand.
    set = await deps.authorities().catch((error: unknown) => (deps.onFault(error), set));
    if (set === null) return;
    const bundle = trustedPem(set);
    if (leaf !== null && set.current.certPem === signedBy && !isDue(leaf, deps.now()) && bundle === trusted)
      return;
    if (leaf === null || set.current.certPem !== signedBy || isDue(leaf, deps.now())) {
      leaf = await signLeaf(set.current, deps.names, deps.now());
      signedBy = set.current.certPem;
    }
    trusted = bundle;
    const authorityUntil = spanOfCertificate(set.current.certPem).until;
    deps.onCertificate({ identity: leaf, until: leaf.until, authorityUntil, trustedPem: bundle });
  }
  let running: Promise<void> = Promise.resolve();
  const check = (): Promise<void> => (running = running.then(look).catch(deps.onFault));
  const timer = setInterval(() => void check(), deps.pollMs);
  return { check, stop: () => clearInterval(timer) };
}

function isDue(leaf: Leaf, now: Date): boolean {
  const life = leaf.until.getTime() - leaf.from.getTime();
  return now.getTime() >= leaf.from.getTime() + RENEW_AT * life;
}
