// POST /mutate: what should an absent field say? Only absent map keys are added, the same each time.
// It refuses nothing that a policy could refuse: that is the validating webhook's part, which runs after it.

import type { Filled } from '../policies/engine/fill.ts';
import { type AdmissionDeps, type Review, settle } from './admission.ts';
import { type Answer, allow, allowWith } from './answer.ts';
import { budgetOf } from './deadline.ts';

/** The additions of the defaults family, as a JSON Patch that the engine has already applied to a copy. */
export function mutate(review: Review, deps: AdmissionDeps): Answer | Promise<Answer> {
  const { request, bytes, url } = review;
  if (request.operation === 'DELETE') return settle(review, 'passed', allow(review.uid), deps);
  const budgetMs = budgetOf(url, deps.budgetMs);
  return deps.engine
    .fill({ request, bytes, point: 'admission', now: deps.now(), budgetMs })
    .then(filled => answerFilled(review, filled, deps));
}

function answerFilled(review: Review, filled: Filled, deps: AdmissionDeps): Answer {
  const patched = filled.operations.length > 0;
  const answer = patched ? allowWith(review.uid, { patch: filled.operations }) : allow(review.uid);
  return settle(review, patched ? 'patched' : 'allowed', answer, deps, filled.faults);
}
