// The outcome of a run: findings in the order of their places, and what they amount to.

import { ENGINE_FAULTS } from '../../../policies/engine/verdict/faults.ts';
import type { Policy } from '../../../policies/engine/verdict/policy.ts';
import { EXIT } from '../failure.ts';
import { compareByPlace, type LocatedFinding } from '../located-finding.ts';

export interface Summary {
  /** Whether the push may go through. */
  readonly allowed: boolean;
  readonly denied: number;
  readonly warned: number;
  /** DappMesh objects that were judged. */
  readonly objects: number;
  /** Files that were read for it. */
  readonly files: number;
  /** Documents in them that are no DappMesh objects. */
  readonly others: number;
  /** Revision of the policy bundle. */
  readonly bundle: string;
  /** Policies that ask who pushes, when nobody said. */
  readonly skipped: readonly string[];
}

export interface Report {
  readonly summary: Summary;
  readonly findings: readonly LocatedFinding[];
}

/** Puts a report together. With `strict`, warnings refuse too. */
export function toReport(
  findings: readonly LocatedFinding[],
  counts: Pick<Summary, 'objects' | 'files' | 'others' | 'bundle' | 'skipped'>,
  strict = false,
): Report {
  const sorted = [...findings].sort(compareByPlace);
  const denied = sorted.filter(({ enforcement }) => enforcement === 'deny').length;
  const warned = sorted.length - denied;
  const { objects, files, others, bundle, skipped } = counts;
  const allowed = denied === 0 && !(strict && warned > 0);
  return { summary: { allowed, denied, warned, objects, files, others, bundle, skipped }, findings: sorted };
}

const ENGINE_CODES: ReadonlySet<string> = new Set(Object.values(ENGINE_FAULTS).map(({ code }) => code));

/** What a command ends with: an engine fault refuses as a denial does, but nobody has found anything wrong. */
export function exitCodeOf({ summary, findings }: Report): number {
  if (summary.allowed) return EXIT.ok;
  return findings.some(({ code }) => ENGINE_CODES.has(code)) ? EXIT.unjudged : EXIT.denied;
}

/** The codes of policies that cannot judge a push without knowing who pushes. */
export function policiesOfUser(policies: readonly Policy[], kinds: ReadonlySet<string>): string[] {
  return policies
    .filter(
      ({ scope, kinds: judged, enforce }) =>
        scope.includes('user') && enforce.push !== 'off' && judged.some(kind => kinds.has(kind)),
    )
    .map(({ code }) => code)
    .sort();
}
