// When an authority is made, introduced, put to use and forgotten: pure, from what is stored and the clock.
// A successor is trusted before it signs, and its predecessor is trusted until its last leaf has ended: at no
// moment does a replica serve a certificate that the API server does not know.

import { type Authority, BACKDATE_MS, LEAF_LIFE_MS, spanOfCertificate } from './authority.ts';

/** What the Secret holds. */
export interface AuthoritySet {
  readonly current: Authority;
  /** Trusted already, signs nothing yet. */
  readonly next?: Authority;
  /** Signs no longer, still trusted. */
  readonly previousCertPem?: string;
}

export type AuthorityStep = 'keep' | 'create' | 'introduce' | 'promote' | 'forget';

/** From its introduction until a successor signs: time for every API server to learn of it. */
export const INTRODUCTION_MS = 5 * 60_000;
/** A successor is introduced when this share of the life of the current one is over. */
const RENEW_AT = 2 / 3;

/** The one thing to do now. */
export function nextStep(set: AuthoritySet | null, now: Date): AuthorityStep {
  if (set === null) return 'create';
  const { from, until } = spanOfCertificate(set.current.certPem);
  if (now >= until) return 'create';
  if (set.next !== undefined)
    return introducedAt(set.next) + INTRODUCTION_MS <= now.getTime() ? 'promote' : 'keep';
  if (now.getTime() >= from.getTime() + RENEW_AT * (until.getTime() - from.getTime())) return 'introduce';
  return set.previousCertPem !== undefined && previousIsOver(set, set.previousCertPem, now)
    ? 'forget'
    : 'keep';
}

/** The set after the step. `fresh` makes an authority; it is asked only where one is needed. */
export async function takeStep(
  step: AuthorityStep,
  set: AuthoritySet | null,
  fresh: () => Promise<Authority>,
): Promise<AuthoritySet> {
  if (set === null || step === 'create') return { current: await fresh() };
  switch (step) {
    case 'introduce':
      return { ...set, next: await fresh() };
    case 'promote':
      return { current: set.next ?? set.current, previousCertPem: set.current.certPem };
    case 'forget':
      return { current: set.current };
    case 'keep':
      return set;
  }
}

/** What goes into `caBundle`: all that are trusted, oldest last. */
export function trustedPem(set: AuthoritySet): string {
  return [set.next?.certPem, set.current.certPem, set.previousCertPem]
    .filter(pem => pem !== undefined)
    .join('');
}

function introducedAt(authority: Authority): number {
  return spanOfCertificate(authority.certPem).from.getTime() + BACKDATE_MS;
}

/** Its last leaf was signed no later than the promotion of its successor. */
function previousIsOver(set: AuthoritySet, previousCertPem: string, now: Date): boolean {
  const promotedAt = introducedAt(set.current) + INTRODUCTION_MS;
  return now.getTime() >= promotedAt + LEAF_LIFE_MS || now >= spanOfCertificate(previousCertPem).until;
}
