// What answers come to: violations at the level that is in force, and faults, each told of, as findings that deny.

import type { Inventory } from '../inventory/inventory.ts';
import type { Listeners } from './engine-events.ts';
import type { Answered } from './outcome.ts';
import type { PolicyFault, Violation } from './verdict/decode.ts';
import { effectiveLevel, exemptionFor, type Governance, governanceOf } from './verdict/enforcement.ts';
import { type FaultName, faultFinding } from './verdict/faults.ts';
import { toOneLine, truncate } from './verdict/one-line.ts';
import { isPolicy, labelOf } from './verdict/policy.ts';
import { type Question, toTimestamp } from './verdict/review.ts';
import { subjectOf, toFinding } from './verdict/to-finding.ts';
import type { Finding } from './verdict/verdict.ts';

type Tell = Listeners['tell'];

/** Longest text of a fault that is shown; policies and the SDK throw what they like. */
const PROBLEM_LIMIT = 300;
/** Of an answer that is none of a policy although one was asked for. */
const UNREADABLE: PolicyFault = { fault: 'result', message: 'the answer is not that of a policy' };

/** The findings of policies, in the order of their answers. A policy that is off has none, not even its fault. */
export function toFindings(
  answers: readonly Answered<Violation>[],
  question: Question,
  inventory: Inventory,
  tell: Tell,
): Finding[] {
  const now = toTimestamp(question.now);
  const object = question.request.object ?? question.request.oldObject;
  let governance: Governance | undefined;
  return answers.flatMap(answer => {
    if ('items' in answer && answer.items.length === 0) return [];
    const { rule } = answer;
    if (rule === undefined || !isPolicy(rule)) return [faultOf(answer, question, tell)];
    governance ??= governanceOf(object, inventory);
    const level = effectiveLevel(rule, question.point, governance, now);
    if (level === 'off') return [];
    if ('failure' in answer) return [faultOf(answer, question, tell)];
    const exemption = level === 'deny' ? exemptionFor(rule, object, inventory, governance, now) : undefined;
    return answer.items.map(violation => toFinding(rule, level, violation, subjectOf(question), exemption));
  });
}

/** The fault that an answer is, about the rule at fault where there is one. */
export function faultOf(answer: Answered<unknown>, question: Question, tell: Tell): Finding {
  const { fault, message } = 'failure' in answer ? answer.failure : UNREADABLE;
  const policy = answer.rule === undefined ? undefined : labelOf(answer.rule);
  return toFault({ fault, policy, message }, question, tell);
}

/** A fault as a finding about the object in question. */
export function toFault(
  {
    fault,
    policy,
    message,
  }: { readonly fault: FaultName; readonly policy: string | undefined; readonly message: string },
  question: Question,
  tell: Tell,
): Finding {
  tell({ type: 'fault', fault, policy, message });
  return faultFinding(fault, subjectOf(question), truncate(toOneLine(message), PROBLEM_LIMIT), policy);
}
