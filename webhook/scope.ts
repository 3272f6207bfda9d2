// Which requests are judged at all: pure, from the request's own coordinates.

import type { ReviewRequest } from '../policies/engine/verdict/review.ts';
import { GROUP, KINDS, VERSION } from '../schemas/kinds.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

/** `judge` asks the engine; `pass` is none of our business; a Refusal is a denial without asking. */
export type Scope = 'judge' | 'pass' | Refusal;

const KNOWN_KINDS: ReadonlySet<string> = new Set(KINDS.map(info => info.kind));

/** Says what to do with a request. What is ours but unknown is refused: nothing slips by unjudged. */
export function scopeOf(request: ReviewRequest): Scope {
  const { kind, resource, subResource } = request;
  if (kind.group !== GROUP && resource.group !== GROUP) return 'pass';
  // Scale and CONNECT carry a kind of another group under a resource of ours.
  if (subResource !== undefined && subResource !== '' && subResource !== 'status') {
    return REFUSALS.subresourceIsUnknown;
  }
  if (kind.group !== GROUP || kind.version !== VERSION || !KNOWN_KINDS.has(kind.kind)) {
    return REFUSALS.kindIsUnknown;
  }
  // Status is written by the reconciler and judged by nobody.
  return subResource === 'status' ? 'pass' : scopeOfOperation(request);
}

function scopeOfOperation(request: ReviewRequest): Scope {
  switch (request.operation) {
    case 'CREATE':
      return isObject(request.object) ? 'judge' : REFUSALS.objectIsMissing;
    case 'UPDATE':
      return isObject(request.object) && isObject(request.oldObject) ? 'judge' : REFUSALS.objectIsMissing;
    case 'DELETE':
      return isObject(request.oldObject) ? 'judge' : REFUSALS.objectIsMissing;
    default:
      return REFUSALS.operationIsUnknown;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
