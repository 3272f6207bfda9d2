// What both doors share: read the envelope, decide whether to judge at all, remember the decision.

import { type Engine, OverloadedError } from '../policies/engine/engine.ts';
import { faultFinding } from '../policies/engine/verdict/faults.ts';
import type { ReviewRequest } from '../policies/engine/verdict/review.ts';
import { skipsJudgement } from '../policies/engine/verdict/unchanged.ts';
import type { Finding } from '../policies/engine/verdict/verdict.ts';
import { denialText } from '../policies/engine/verdict/wording.ts';
import { type Answer, allow, deny, refuse, shed } from './answer.ts';
import type { Decision, Outcome, Webhook } from './decision.ts';
import { readEnvelope } from './envelope.ts';
import { readEqualSpecs } from './equal-specs.ts';
import { REFUSALS, type Refusal } from './refusals.ts';
import { scopeOf } from './scope.ts';

export interface AdmissionDeps {
  readonly engine: Pick<Engine, 'judge' | 'fill' | 'bundle'>;
  /** False until everything that a verdict rests on has been loaded once. */
  readonly loaded: () => boolean;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly now: () => Date;
  readonly record: (decision: Decision) => void;
  /** Upper bound of one judgement, in milliseconds. */
  readonly budgetMs: number;
  /** Judge an UPDATE even if nothing that a policy reads has changed. */
  readonly judgeUnchanged: boolean;
}

/** One review on its way through. */
export interface Review {
  readonly webhook: Webhook;
  readonly uid: string;
  readonly request: ReviewRequest;
  readonly bytes: Buffer;
  readonly url: string;
  readonly startedMs: number;
}

/** Judges one review that is in scope. */
export type Judge = (review: Review, deps: AdmissionDeps) => Answer | Promise<Answer>;

/**
 * Bytes in, answer out. What fails while judging is a denial. Throws or rejects only if the decision cannot be
 * recorded; an unrecorded answer is not given.
 */
export function admit(
  webhook: Webhook,
  bytes: Buffer,
  url: string,
  judge: Judge,
  deps: AdmissionDeps,
): Answer | Promise<Answer> {
  const startedMs = deps.clock();
  const short =
    webhook === 'validate' && !deps.judgeUnchanged ? admitUnchanged(bytes, url, startedMs, deps) : null;
  if (short !== null) return short;
  const { uid, request, refusal } = readEnvelope(bytes);
  if (request === null) {
    remember({ webhook, uid, request, startedMs }, 'refused', refusal, deps);
    return uid === '' ? refuse(refusal) : deny(uid, refusalMessage(refusal, null));
  }
  const review: Review = { webhook, uid, request, bytes, url, startedMs };
  try {
    const scope = scopeOf(request);
    if (scope === 'pass') return settle(review, 'passed', allow(uid), deps);
    if (scope !== 'judge') return answerRefusal(review, scope, deps);
    if (!deps.loaded()) return answerRefusal(review, REFUSALS.webhookIsNotReady, deps);
    const answer = judge(review, deps);
    return answer instanceof Promise ? answer.catch(error => answerFailure(review, error, deps)) : answer;
  } catch (error) {
    return answerFailure(review, error, deps);
  }
}

/** The most frequent review of all, answered without reading the specs; null if it is not of that kind. */
function admitUnchanged(bytes: Buffer, url: string, startedMs: number, deps: AdmissionDeps): Answer | null {
  const request = readEqualSpecs(bytes)?.request ?? null;
  if (request === null || !deps.loaded() || scopeOf(request) !== 'judge') return null;
  if (!skipsJudgement({ request, bytes }, deps.engine.bundle.policies)) return null;
  const review: Review = { webhook: 'validate', uid: request.uid, request, bytes, url, startedMs };
  return settle(review, 'unchanged', allow(request.uid), deps);
}

/** Remembers a decision that rests on policies, and hands its answer back. */
export function settle(
  review: Review,
  outcome: Outcome,
  answer: Answer,
  deps: AdmissionDeps,
  findings: readonly Finding[] = NONE,
): Answer {
  const { webhook, uid, request, startedMs } = review;
  const { revision } = deps.engine.bundle;
  const durationMs = deps.clock() - startedMs;
  deps.record({ webhook, outcome, uid, request, findings, refusal: null, revision, durationMs });
  return answer;
}

const NONE: readonly Finding[] = Object.freeze([]);

function answerFailure(review: Review, error: unknown, deps: AdmissionDeps): Answer {
  if (error instanceof OverloadedError) {
    remember(review, 'shed', REFUSALS.overloaded, deps);
    return shed(REFUSALS.overloaded);
  }
  return answerRefusal(review, REFUSALS.judgementFailed, deps, error);
}

function answerRefusal(review: Review, refusal: Refusal, deps: AdmissionDeps, error?: unknown): Answer {
  remember(review, 'refused', refusal, deps, error);
  // Filling in is optional: where we fail at it, the object goes on as it is and the validating door judges it.
  if (review.webhook === 'mutate' && isOurFault(refusal)) return allow(review.uid);
  return deny(review.uid, refusalMessage(refusal, review.request));
}

function isOurFault(refusal: Refusal): boolean {
  return refusal === REFUSALS.judgementFailed || refusal === REFUSALS.webhookIsNotReady;
}

type Unjudged = Pick<Decision, 'webhook' | 'uid' | 'request'> & { readonly startedMs: number };

function remember(
  { webhook, uid, request, startedMs }: Unjudged,
  outcome: Outcome,
  refusal: Refusal,
  deps: AdmissionDeps,
  error?: unknown,
): void {
  const { revision } = deps.engine.bundle;
  const durationMs = deps.clock() - startedMs;
  deps.record({ webhook, outcome, uid, request, findings: NONE, refusal, revision, durationMs, error });
}

/** A refusal worded as any other finding is. */
function refusalMessage(refusal: Refusal, request: ReviewRequest | null): string {
  const object = request?.object ?? request?.oldObject;
  const kind = request?.kind.kind ?? 'AdmissionReview';
  const name = request?.name || object?.metadata.generateName || '';
  return denialText([
    faultFinding(refusal.fault, { kind, namespace: request?.namespace ?? '', name }, refusal.problem),
  ]);
}
