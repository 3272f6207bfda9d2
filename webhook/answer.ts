// What goes back: the AdmissionReview as text, put together by hand, because a generic serialiser would cost
// more than the rest of an unchanged answer.

import type { Refusal } from './refusals.ts';
import { refusalText } from './refusals.ts';

/** One HTTP answer. `retryAfterSeconds` is set when a request was shed on purpose. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly json: boolean;
  readonly retryAfterSeconds?: number;
}

/** The optional parts of an answer that allows. */
export interface Extras {
  readonly warnings?: readonly string[];
  readonly audit?: Readonly<Record<string, string>>;
  /** JSON Patch operations; only mutating answers carry them. */
  readonly patch?: readonly unknown[];
}

const HEAD = '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":';

/** Allowed, with nothing to say: the most frequent answer. */
export function allow(uid: string): Answer {
  return review(`${HEAD}${JSON.stringify(uid)},"allowed":true}}`);
}

/** Allowed, with warnings, audit annotations or a patch. */
export function allowWith(uid: string, extras: Extras): Answer {
  return review(`${HEAD}${JSON.stringify(uid)},"allowed":true${toText(extras)}}}`);
}

/** Denied: code 403 and a reason, never 409 or 422, at which Flux with `force` deletes the live object. */
export function deny(uid: string, message: string, extras: Omit<Extras, 'patch'> = {}): Answer {
  const status = `{"status":"Failure","code":403,"reason":"Forbidden","message":${JSON.stringify(message)}}`;
  return review(`${HEAD}${JSON.stringify(uid)},"allowed":false,"status":${status}${toText(extras)}}}`);
}

/** A refusal where no AdmissionReview can be given: the API server shows this text to the user. */
export function refuse(refusal: Refusal): Answer {
  return { status: refusal.status, body: refusalText(refusal), json: false };
}

/** Shed on purpose. With an integer Retry-After the API server tries again inside the same deadline. */
export function shed(refusal: Refusal): Answer {
  return { ...refuse(refusal), retryAfterSeconds: 1 };
}

function review(body: string): Answer {
  return { status: 200, body, json: true };
}

function toText({ warnings, audit, patch }: Extras): string {
  let text = '';
  if (audit !== undefined) text += `,"auditAnnotations":${JSON.stringify(audit)}`;
  if (warnings !== undefined && warnings.length > 0) text += `,"warnings":${JSON.stringify(warnings)}`;
  if (patch !== undefined && patch.length > 0) {
    text += `,"patchType":"JSONPatch","patch":"${Buffer.from(JSON.stringify(patch)).toString('base64')}"`;
  }
  return text;
}
