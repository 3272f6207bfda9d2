// A violation as a finding: what the policy says of itself, and which object it is about.

import type { Violation } from './decode.ts';
import type { Exemption } from './enforcement.ts';
import type { Subject } from './faults.ts';
import type { Policy } from './policy.ts';
import type { Question } from './review.ts';
import type { Finding } from './verdict.ts';

/**
 * A violation of a policy as a finding of the level that is in force; what is exempt only warns. An exemption that does
 * not count is told of in the remedy: the problem is the same without it.
 */
export function toFinding(
  policy: Policy,
  level: 'deny' | 'warn',
  violation: Violation,
  subject: Subject,
  exemption: Exemption | undefined,
): Finding {
  const { code, severity, remedy } = policy;
  const { path, message, details } = violation;
  const finding = { code, severity, enforcement: level, ...subject, path, message, remedy, details };
  if (exemption === undefined) return finding;
  const { name, fault } = exemption;
  if (fault !== undefined) return { ...finding, remedy: withIdleExemption(remedy, name, fault) };
  return { ...finding, enforcement: 'warn', message: `${message} (exempted by ${name})`, exemption: name };
}

/** A remedy that says why an exemption made for the object does not help. */
export function withIdleExemption(remedy: string, name: string, fault: string): string {
  return `${remedy} (exemption ${name} does not count: ${fault})`;
}

/** The object that a question is about; a CREATE with `generateName` has no name yet. */
export function subjectOf(question: Question): Subject {
  const { request } = question;
  const metadata = (request.object ?? request.oldObject)?.metadata;
  return {
    kind: request.kind.kind,
    namespace: request.namespace ?? metadata?.namespace ?? '',
    name: request.name || (metadata?.name ?? `${metadata?.generateName ?? ''}…`),
  };
}
