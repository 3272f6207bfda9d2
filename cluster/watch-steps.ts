// What to do after a list or a watch came to its end. Pure: the loop does it.

import { ApiError } from './api-error.ts';
import type { Backoff } from './backoff.ts';
import { LineTooLongError } from './json-lines.ts';
import { UnreachableError } from './unreachable-error.ts';

/** How a list or a watch ended. */
export type Ending =
  | { readonly kind: 'listed'; readonly resourceVersion: string }
  | { readonly kind: 'list-failed'; readonly error: unknown }
  | {
      readonly kind: 'watch-ended';
      /** It stood for a while: there is no haste to fear in resuming at once. */
      readonly lasting: boolean;
      /** It lasted or brought something: resuming from where it ended makes sense. */
      readonly productive: boolean;
      /** The API server accepted it. */
      readonly opened: boolean;
      readonly error?: unknown;
    };

export interface Step {
  readonly action: 'list' | 'watch';
  readonly delayMs: number;
}

/** Resuming that brings nothing so often in a row is given up for a new list; an outage does not count. */
const FRUITLESS_LIMIT = 5;

export interface Planner {
  /** `listIsDue`: the last list is so old that a new one is taken, lest something was missed. */
  next(ending: Ending, listIsDue: boolean): Step;
}

/** Makes the planner of one watch: it counts what was fruitless. */
export function createPlanner(backoff: Backoff): Planner {
  let fruitless = 0;
  return {
    next(ending, listIsDue) {
      switch (ending.kind) {
        case 'listed':
          return { action: 'watch', delayMs: 0 };
        case 'list-failed':
          return { action: 'list', delayMs: delayAfter(ending.error, backoff) };
        case 'watch-ended': {
          const { error, lasting, productive } = ending;
          if (productive) fruitless = 0;
          else if (!isOutage(ending)) fruitless++;
          const stale = cannotResume(error) || fruitless >= FRUITLESS_LIMIT;
          if (stale) fruitless = 0;
          const delayMs = lasting && !isOverload(error) ? 0 : delayAfter(error, backoff);
          return { action: stale || listIsDue ? 'list' : 'watch', delayMs };
        }
      }
    },
  };
}

/** The first failure after a healthy time is tried again at once; not where the server asks to be spared. */
function delayAfter(error: unknown, backoff: Backoff): number {
  const isFirst = backoff.isFresh;
  const delay = backoff.next(error instanceof ApiError ? error.retryAfterMs : undefined);
  return isFirst && !isOverload(error) ? 0 : delay;
}

/**
 * An API server that is away or overloaded says nothing about our resourceVersion, and everybody who lists when it
 * comes back makes that harder. 504 is not among it: it also stands for a version from the future, after a restore.
 */
function isOutage({ error, opened }: Extract<Ending, { kind: 'watch-ended' }>): boolean {
  if (error instanceof UnreachableError) return !opened;
  return isOverload(error) && !(error instanceof ApiError && error.status === 504);
}

/** 429 and 5xx, with or without Retry-After. */
function isOverload(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}

/** 410 Gone: the API server no longer has what came after our resourceVersion. */
export function hasExpired(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}

/** From the same resourceVersion the same would come again, or (404) the kind itself has gone meanwhile. */
function cannotResume(error: unknown): boolean {
  return (
    hasExpired(error) ||
    error instanceof LineTooLongError ||
    (error instanceof ApiError && error.status === 404)
  );
}
