// Bytes → the review request inside, or the fault that hides it.
// JSON.parse is the gate for evaluation too: the parser in Wasm accepts things that are no JSON.
// `__proto__` and `constructor` are ordinary keys here, and of duplicate keys the last wins, as in Go.

import { isUtf8 } from 'node:buffer';
import type { ReviewRequest } from '../policies/engine/verdict/review.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

/** `uid` is empty exactly when none could be told; `request` is null exactly when something is refused. */
export type Envelope =
  | { readonly refusal: null; readonly uid: string; readonly request: ReviewRequest }
  | { readonly refusal: Refusal; readonly uid: string; readonly request: null };

/** Reads the envelope of an AdmissionReview. Never throws. A `response` in it is ignored. */
export function readEnvelope(bytes: Buffer): Envelope {
  let review: unknown;
  try {
    if (!isUtf8(bytes)) return unreadable(REFUSALS.bodyIsNotJson);
    review = JSON.parse(bytes.toString('utf8'));
  } catch {
    return unreadable(REFUSALS.bodyIsNotJson);
  }
  if (!isRecord(review) || !isRecord(review['request'])) return unreadable(REFUSALS.bodyIsNoReview);
  const request = review['request'];
  const uid = request['uid'];
  if (typeof uid !== 'string' || uid === '') return unreadable(REFUSALS.bodyIsNoReview);
  if (review['apiVersion'] !== 'admission.k8s.io/v1' || review['kind'] !== 'AdmissionReview') {
    return { refusal: REFUSALS.versionIsForeign, uid, request: null };
  }
  if (!isWellFormed(request)) return { refusal: REFUSALS.objectIsMissing, uid, request: null };
  return { refusal: null, uid, request: request as unknown as ReviewRequest };
}

function unreadable(refusal: Refusal): Envelope {
  return { refusal, uid: '', request: null };
}

/** The few fields that routing and logging read have the types they should have. */
function isWellFormed(request: Record<string, unknown>): boolean {
  return (
    isNamed(request['kind'], 'kind') &&
    isNamed(request['resource'], 'resource') &&
    typeof request['operation'] === 'string' &&
    isOptionalText(request['name']) &&
    isOptionalText(request['namespace']) &&
    isOptionalText(request['subResource']) &&
    isOptionalObject(request['object']) &&
    isOptionalObject(request['oldObject'])
  );
}

function isNamed(value: unknown, field: string): boolean {
  return isRecord(value) && typeof value['group'] === 'string' && typeof value[field] === 'string';
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || value === null || (isRecord(value) && isRecord(value['metadata']));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
