// POST /validate: is this spec acceptable?

import { skipsJudgement } from '../policies/engine/verdict/unchanged.ts';
import type { Verdict } from '../policies/engine/verdict/verdict.ts';
import { auditAnnotations, denialText, warningTexts } from '../policies/engine/verdict/wording.ts';
import { type AdmissionDeps, type Review, settle } from './admission.ts';
import { type Answer, allow, allowWith, deny } from './answer.ts';
import { budgetOf } from './deadline.ts';

/** The verdict of the governance policies. A dry run gets the same one: nothing here has a side effect. */
export function validate(review: Review, deps: AdmissionDeps): Answer | Promise<Answer> {
  const { request, bytes, uid, url } = review;
  // Without this a tightened policy would break every interval of every GitOps tool.
  if (!deps.judgeUnchanged && skipsJudgement(review, deps.engine.bundle.policies)) {
    return settle(review, 'unchanged', allow(uid), deps);
  }
  const budgetMs = budgetOf(url, deps.budgetMs);
  return deps.engine
    .judge({ request, bytes, point: 'admission', now: deps.now(), budgetMs })
    .then(verdict => answerVerdict(review, verdict, deps));
}

function answerVerdict(review: Review, verdict: Verdict, deps: AdmissionDeps): Answer {
  const outcome = verdict.allowed ? 'allowed' : 'denied';
  return settle(review, outcome, toAnswer(review.uid, verdict), deps, verdict.findings);
}

function toAnswer(uid: string, verdict: Verdict): Answer {
  const audit = auditAnnotations(verdict);
  if (verdict.findings.length === 0) return allowWith(uid, { audit });
  const warnings = warningTexts(verdict.findings);
  return verdict.allowed
    ? allowWith(uid, { audit, warnings })
    : deny(uid, denialText(verdict.findings), { audit, warnings });
}
