// Does a way keep the deadline's promise? One evaluation runs away; what of it is noticed, and by whom.

import { pause } from '../measure.ts';
import type { Way } from './way.ts';

export interface Kept {
  /** Until the runaway's caller could be answered. */
  readonly answeredMs: number;
  /** The longest that the event loop stood still meanwhile: nobody else is answered then. */
  readonly stoodStillMs: number;
  /** Until the way evaluated again. */
  readonly servingAgainMs: number;
}

const WATCH_MS = 2;

export async function keepPromise(
  way: Way,
  inputs: { runaway: Uint8Array; normal: Uint8Array },
  deadlineMs: number,
): Promise<Kept> {
  const loop = watchLoop();
  await pause(50);
  const startedAt = performance.now();
  // Recovering ends it, and then it rejects.
  await Promise.race([way.evaluate(inputs.runaway).catch(() => undefined), pause(deadlineMs)]);
  const answeredMs = performance.now() - startedAt;
  await way.recover();
  await way.evaluate(inputs.normal);
  const servingAgainMs = performance.now() - startedAt;
  return { answeredMs, stoodStillMs: loop.stop(), servingAgainMs };
}

/** Notices by a short timer how long the event loop was away. */
function watchLoop(): { stop(): number } {
  let most = 0;
  let last = performance.now();
  const look = (): void => {
    most = Math.max(most, performance.now() - last - WATCH_MS);
    last = performance.now();
  };
  const timer = setInterval(look, WATCH_MS);
  return {
    stop() {
      look();
      clearInterval(timer);
      return most;
    },
  };
}
