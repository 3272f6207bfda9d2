// A question put to the threads: the plan for its kind and operation, room in the queue, one answer per rule.

import type { Listeners } from './engine-events.ts';
import { type Answered, readOutcome } from './outcome.ts';
import type { Outcome } from './threads/job.ts';
import type { EvaluationPool } from './threads/pool.ts';
import { planKey } from './verdict/plan.ts';
import type { Rule } from './verdict/policy.ts';
import { type Question, reviewParts } from './verdict/review.ts';

export interface Asked {
  readonly pool: EvaluationPool;
  readonly tell: Listeners['tell'];
  /** The pool's clock. */
  readonly now: () => number;
}

const DEFAULT_BUDGET_MS = 10_000;

/** The queue is full: the only thing that `judge` and `fill` throw. The caller sheds the request. */
export class OverloadedError extends Error {
  constructor() {
    super('the evaluation queue is full');
    this.name = 'OverloadedError';
  }
}

/**
 * Asks the rules of a family. Gives one answer per rule, or the one fault that made the whole evaluation unusable, and
 * the revision of the bundle that answered. Throws OverloadedError.
 */
export async function ask<Item>(
  family: Rule['family'],
  question: Question,
  readItem: (item: unknown) => Item | undefined,
  asked: Asked,
): Promise<{ revision: string; answers: Answered<Item>[] }> {
  const { kind, operation, uid } = question.request;
  const { revision, plans } = asked.pool.bundle;
  const key = planKey(family, kind.kind, operation);
  const plan = plans.get(key);
  if (plan === undefined) {
    const failure = { fault: 'kind', message: `${kind.kind} is not judged by bundle ${revision}` } as const;
    return { revision, answers: [{ rule: undefined, failure }] };
  }
  if (plan.rules.length === 0) return { revision, answers: [] };
  if (!asked.pool.hasRoom) throw new OverloadedError();
  const outcome = await evaluate(key, question, family, asked);
  return { revision, ...outcome, answers: readOutcome(outcome, uid, readItem) };
}

function evaluate(
  key: string,
  question: Question,
  family: Rule['family'],
  { pool, tell, now }: Asked,
): Promise<Outcome> {
  const parts = reviewParts(question);
  const started = now();
  return new Promise(resolve => {
    pool.submit({
      planKey: key,
      parts,
      bytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
      deadlineAt: started + (question.budgetMs ?? DEFAULT_BUDGET_MS),
      settle: outcome => {
        const seconds = (now() - started) / 1000;
        tell({ type: 'evaluated', kind: question.request.kind.kind, family, seconds });
        resolve(outcome);
      },
    });
  });
}
