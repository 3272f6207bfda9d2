// What an error of the API server means for a write: try again soon, or say what is in the way.

import { ApiError } from '../cluster/api-error.ts';
import { NotServedError } from '../cluster/discovery.ts';
import { isFieldConflict } from '../cluster/field-conflict.ts';
import { UnreachableError } from '../cluster/unreachable-error.ts';
import { OverloadedError } from '../policies/engine/ask.ts';
import { EngineFaultError } from './verdicts.ts';

/** Why a child cannot be written, in the words of the API server. */
export interface Problem {
  readonly kind: 'conflict' | 'denied' | 'missing' | 'refused';
  readonly message: string;
}

/** The lease is no longer ours: whoever holds it does the rest. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';

  constructor() {
    super('the lease is not held: nothing may be written');
  }
}

/** What people can do something about; undefined for an error that passes, which is to be thrown on. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof NotServedError) return { kind: 'missing', message: error.message };
  if (!(error instanceof ApiError)) return undefined;
  const message = withoutRequest(error.message);
  switch (error.status) {
    case 409:
      return isFieldConflict(error) ? { kind: 'conflict', message: wordConflict(message) } : undefined;
    case 403:
      return { kind: 'denied', message };
    case 404:
      return { kind: 'missing', message };
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      return { kind: 'refused', message };
    default:
      return undefined;
  }
}

/** True for what the outside world does to us; anything else that is thrown is a bug of ours. */
export function isOutside(error: unknown): boolean {
  return (
    error instanceof ApiError ||
    error instanceof UnreachableError ||
    error instanceof NotLeadingError ||
    error instanceof OverloadedError ||
    error instanceof EngineFaultError ||
    (error instanceof Error && ENDED.has(error.name))
  );
}

/** Ended by a timeout or a stop: Node throws such errors of several classes. */
const ENDED: ReadonlySet<string> = new Set(['AbortError', 'TimeoutError']);

/** How long the server asks to be left alone, in milliseconds. */
export function retryAfterOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.retryAfterMs : undefined;
}

/** The object is not in the state that the request named: another version, another uid, already there. */
export function isRaceLost(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && !isFieldConflict(error);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/**
 * `Apply failed with 2 conflicts: conflicts with "kubectl" using v1:\n- .data.a\n- .data.b` →
 * `kubectl manages .data.a, .data.b`.
 */
function wordConflict(message: string): string {
  const parts = message.split(/conflicts? with "/).slice(1);
  const worded = parts.map(part => {
    const manager = part.slice(0, part.indexOf('"'));
    const fields = part.match(/(?<=^|\s)\.\S+/gm) ?? [];
    return `${manager} manages ${[...new Set(fields)].toSorted().join(', ')}`;
  });
  return worded.length === 0 ? message : worded.toSorted().join('; ');
}

/** `PATCH /api/v1/…: the reason` → `the reason`. */
function withoutRequest(message: string): string {
  return message.replace(/^[A-Z]+ \/\S*: /, '');
}
