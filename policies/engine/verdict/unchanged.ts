// The unchanged-spec rule: an UPDATE that changes nothing a policy reads is never newly denied at admission.
// Flux sends every object at every interval; a tightened policy must not break what is already running.

import type { Policy } from './policy.ts';
import type { MeshObject, Question, ReviewRequest } from './review.ts';

/** What is compared: the parsed request, and the text of which its numbers are a rounded copy. */
type Compared = Pick<Question, 'request' | 'bytes'>;

/**
 * Whether a request needs no judgement: an UPDATE with the same spec, labels, annotations and finalizers as far as
 * the policies of its kind read them. What they read of `metadata` stands in their METADATA.
 */
export function skipsJudgement({ request, bytes }: Compared, policies: readonly Policy[]): boolean {
  const { operation, object, oldObject } = request;
  if (operation !== 'UPDATE' || object === null || oldObject === null) return false;
  if (!jsonEquals(object.spec, oldObject.spec)) return false;
  const isUnread = policies.every(
    policy =>
      policy.metadata.length === 0 ||
      !policy.kinds.includes(object.kind) ||
      policy.metadata.every(path => jsonEquals(readMetadata(object, path), readMetadata(oldObject, path))),
  );
  // Metadata holds no numbers.
  return isUnread && (typeof object.spec !== 'object' || numbersAreEqual(bytes));
}

/** Numbers that JavaScript rounds, or more than those: the digits may stand in a text as well. */
const ROUNDED = /\d{16}|[eE][+-]?\d{3}/;

/**
 * Whether two specs that are equal once parsed are equal for a policy too, which sees every digit. Number by number,
 * only where there are such numbers at all; what nests too deep to be read so again counts as changed.
 */
function numbersAreEqual(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!ROUNDED.test(text)) return true;
  try {
    const { request } = JSON.parse(text, keepDigits) as { request: ReviewRequest };
    return jsonEquals(request.object?.spec, request.oldObject?.spec);
  } catch {
    // Then it is judged.
    return false;
  }
}

/** A reviver: a number that may be rounded becomes a symbol of its digits, equal to that of the same digits alone. */
function keepDigits(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  return typeof value === 'number' && source !== undefined && ROUNDED.test(source)
    ? Symbol.for(source)
    : value;
}

/** Takes `metadata.labels.<key>`, `metadata.annotations.<key>` or `metadata.finalizers`; keys may hold dots. */
function readMetadata(object: MeshObject, path: string): unknown {
  const [, field = '', ...key] = path.split('.');
  const value = object.metadata[field];
  if (key.length === 0) return value;
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key.join('.')]
    : undefined;
}

/** Equality of parsed JSON, numbers as JavaScript rounds them; the order of keys does not matter. Without recursion: objects nest 10,000 levels deep. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  const open = [a, b];
  while (open.length > 0) {
    const right = open.pop();
    const left = open.pop();
    if (left !== right && !isAlike(left, right, open)) return false;
  }
  return true;
}

/** Whether two values are lists of one length, or objects with the same keys; pairs that may differ go to `open`. */
function isAlike(a: unknown, b: unknown, open: unknown[]): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (const [i, item] of a.entries()) open.push(item, b[i]);
    return true;
  }
  return !Array.isArray(b) && haveSameKeys(a as Record<string, unknown>, b as Record<string, unknown>, open);
}

function haveSameKeys(a: Record<string, unknown>, b: Record<string, unknown>, open: unknown[]): boolean {
  let count = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key)) return false;
    if (a[key] !== b[key]) open.push(a[key], b[key]);
    count += 1;
  }
  return count === Object.keys(b).length;
}
