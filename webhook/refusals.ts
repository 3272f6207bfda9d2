// What the webhook itself refuses before any policy is asked: one row per reason.
// Rows with a status other than 200 are answered in plain text, because no uid can be told: the API server
// reads that as a call failure, shows the text, and `failurePolicy: Fail` makes it a refusal. All others are a
// denial that carries the uid.

import { ENGINE_FAULTS, type FaultName } from '../policies/engine/verdict/faults.ts';

export interface Refusal {
  /** Stable and bounded: the metric's label. */
  readonly reason: string;
  readonly status: number;
  /** The engine's code for it. */
  readonly fault: FaultName;
  readonly problem: string;
}

const ROWS = {
  pathIsUnknown: [404, 'input', 'only POST /validate and POST /mutate are served, spelled exactly so'],
  mediaTypeIsForeign: [415, 'input', 'the content type is not application/json'],
  bodyIsEncoded: [415, 'input', 'the body is compressed, which is never undone here'],
  bodyIsTooLarge: [413, 'input', 'the body is larger than 7 MiB, more than two objects can be'],
  bodyIsNotJson: [400, 'input', 'the body is not one JSON document in UTF-8'],
  bodyIsNoReview: [400, 'input', 'the body is no AdmissionReview with a request.uid'],
  httpIsMalformed: [400, 'input', 'the request is not well-formed HTTP/1.1, or its headers are too large'],
  requestIsSlow: [408, 'input', 'the request did not arrive in time'],
  answerFailed: [500, 'host', 'the webhook failed while answering'],
  bodiesAreTooMany: [429, 'notReady', 'more bytes of reviews are held than there is memory for'],
  overloaded: [429, 'notReady', 'more reviews are waiting than can be judged in time'],
  versionIsForeign: [200, 'input', 'the review is not admission.k8s.io/v1 AdmissionReview'],
  objectIsMissing: [200, 'input', 'the review lacks the object that its operation needs'],
  kindIsUnknown: [200, 'kind', 'this kind or version of dappmesh.io has no policies here'],
  subresourceIsUnknown: [200, 'kind', 'only the object itself and its status can be written'],
  operationIsUnknown: [200, 'operation', ''],
  webhookIsNotReady: [200, 'notReady', 'the webhook has not yet loaded everything that it judges by'],
  judgementFailed: [200, 'host', ''],
} as const satisfies Record<string, readonly [number, FaultName, string]>;

type Reason = keyof typeof ROWS;

/** Every refusal by its reason. */
export const REFUSALS: Readonly<Record<Reason, Refusal>> = Object.freeze(
  Object.fromEntries(
    Object.entries(ROWS).map(([reason, [status, fault, problem]]) => [
      reason,
      { reason, status, fault, problem },
    ]),
  ) as Record<Reason, Refusal>,
);

/** The one line that a person sees for a refusal without a uid. */
export function refusalText({ fault, problem }: Refusal): string {
  const { code, title, remedy } = ENGINE_FAULTS[fault];
  return `[${code}] ${title}: ${problem}; ${remedy}\n`;
}
