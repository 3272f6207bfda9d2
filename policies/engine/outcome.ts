// What a thread gave, as one answer per rule: together where one evaluation told all, else each by itself.

import type { Outcome } from './threads/job.ts';
import { type Answer, decodeCollected, decodeSingle, type PolicyFault } from './verdict/decode.ts';

/** One rule's answer, or a fault that concerns them all. */
export type Answered<Item> = Answer<Item> | { readonly rule: undefined; readonly failure: PolicyFault };

const UNSEEN = 'the policies did not see this review';

/** Reads what a thread gave; texts of another shape are faults. */
export function readOutcome<Item>(
  outcome: Outcome,
  uid: string,
  readItem: (item: unknown) => Item | undefined,
): Answered<Item>[] {
  if (outcome.kind === 'fault') return [{ rule: undefined, failure: outcome }];
  if (outcome.kind === 'collected') {
    const answers = decodeCollected(outcome.text, outcome.plan, uid, readItem);
    return Array.isArray(answers) ? answers : [{ rule: undefined, failure: answers }];
  }
  const {
    whole,
    isUndefined,
    answers = [],
  } = JSON.parse(outcome.text) as {
    whole?: PolicyFault;
    isUndefined?: boolean;
    answers?: ({ text: string } | PolicyFault)[];
  };
  if (whole !== undefined) return [{ rule: undefined, failure: whole }];
  const read = outcome.plan.rules.map((rule, i): Answer<Item> => {
    const answer = answers[i];
    if (answer === undefined) return { rule, failure: { fault: 'undefined', message: '' } };
    return 'text' in answer ? decodeSingle(rule, answer.text, readItem) : { rule, failure: answer };
  });
  // All of them have answers, so what the collecting entrypoint lacked was the review itself.
  if (isUndefined === true && read.every(answer => 'items' in answer))
    return [{ rule: undefined, failure: { fault: 'input', message: UNSEEN } }];
  return read;
}
