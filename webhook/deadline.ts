// How long a judgement may take: what the API server still has, or our own bound, whichever is smaller.

import { parseGoDuration } from '../process/go-duration.ts';

/** The API server rounds its deadline up to whole seconds, and the answer has to travel back. */
const MARGIN_MS = 250;
/** Below this no evaluation makes sense; the engine then says so with a fault. */
const LEAST_MS = 50;

/** Milliseconds that a judgement may take, from the request's URL (`/validate?timeout=5s`). */
export function budgetOf(url: string, mostMs: number): number {
  const at = url.indexOf('timeout=');
  if (at === -1) return mostMs;
  const end = url.indexOf('&', at);
  const told = parseGoDuration(decode(url.slice(at + 8, end === -1 ? undefined : end)));
  return told === undefined ? mostMs : Math.max(LEAST_MS, Math.min(mostMs, told - MARGIN_MS));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not what an API server writes: no duration, so the budget is the most that there is.
    return '';
  }
}
