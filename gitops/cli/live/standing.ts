// Whether an agreement gives access at a time, as the blueprints decide it (policies/blueprints/lib/access): approved,
// started, not ended; without a start there is no access yet. Times compare as text, as they do in Rego.

import { toTimestamp } from '../../../policies/engine/verdict/review.ts';

export interface Term {
  /** Of the agreement; empty when there is none. */
  readonly state: string;
  readonly start: string;
  readonly end: string;
}

/** `requested`, `rejected` and `revoked` are what the agreement says itself; `no agreement` when there is none. */
export function standingOf({ state, start, end }: Term, now: Date): string {
  if (state === '') return 'no agreement';
  if (state !== 'approved') return state;
  const time = toTimestamp(now);
  if (end !== '' && time >= end) return 'expired';
  return start === '' || time < start ? 'not yet' : 'in force';
}

/** Days are enough for people where a time is midnight. */
export function shortTime(time: string): string {
  return time.replace(/T00:00:00(?:\.0+)?Z$/, '');
}
