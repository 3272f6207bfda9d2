// What the engine's findings mean for the object's conditions. Pure.

import type { Bundle } from '../policies/engine/loading/bundle.ts';
import { isMissingReference } from '../policies/engine/verdict/policy.ts';
import type { Finding } from '../policies/engine/verdict/verdict.ts';
import { findingLine } from '../policies/engine/verdict/wording.ts';
import { type Compliance, REASONS } from './conditions.ts';

/** The engine could not answer this time; another time it may. */
export class EngineFaultError extends Error {
  override readonly name = 'EngineFaultError';
}

const ENGINE_CODE = /^DM-ENGINE-/;
/** Deadline, not ready, thread lost, failure of the host: what another attempt may be spared. */
const PASSING: ReadonlySet<string> = new Set([
  'DM-ENGINE-001',
  'DM-ENGINE-006',
  'DM-ENGINE-010',
  'DM-ENGINE-011',
]);

/** Throws EngineFaultError when a finding is a fault of the engine that may pass. */
export function refusePassingFaults(findings: readonly Finding[]): void {
  const fault = findings.find(({ code }) => PASSING.has(code));
  if (fault !== undefined) throw new EngineFaultError(findingLine(fault));
}

/** What the audit says: an object complies when no finding denies. A fault is no approval. */
export function toCompliance(findings: readonly Finding[]): Compliance {
  const denials = findings.filter(({ enforcement }) => enforcement === 'deny');
  const faults = denials.filter(({ code }) => ENGINE_CODE.test(code));
  const lines = (some: readonly Finding[]) => some.map(findingLine).join('\n');
  if (denials.length > faults.length)
    return { status: 'False', reason: REASONS.policyViolated, message: lines(denials) };
  if (faults.length > 0)
    return { status: 'Unknown', reason: REASONS.evaluationFailed, message: lines(faults) };
  const message = findings.length === 0 ? 'no policy objects' : lines(findings);
  return { status: 'True', reason: REASONS.compliant, message };
}

/** What is referred to and is not there, in the words of the policies that look for it. */
export function missingReferences(
  findings: readonly Finding[],
  { policies }: Pick<Bundle, 'policies'>,
): readonly string[] {
  return findings
    .filter(({ code, enforcement }) => {
      const policy = policies.find(candidate => candidate.code === code);
      return enforcement === 'deny' && policy !== undefined && isMissingReference(policy);
    })
    .map(({ message }) => message);
}
