// How long to wait before the next attempt.

export interface BackoffTiming {
  readonly minMs: number;
  readonly maxMs: number;
  /** Without an attempt for so long, the next failure counts as the first. */
  readonly resetMs: number;
}

/** As client-go's reflector. */
export const REFLECTOR_BACKOFF: BackoffTiming = { minMs: 800, maxMs: 30_000, resetMs: 120_000 };

/** A server may ask for minutes, not for hours: nobody would know why nothing moves. */
const RETRY_AFTER_LIMIT_MS = 300_000;

export interface Backoff {
  /** The next delay: doubling, spread over one to two times its base, never less than the server asked for. */
  next(retryAfterMs?: number): number;
  reset(): void;
  /** True while the next failure counts as the first. */
  readonly isFresh: boolean;
}

/** Makes a backoff; the clock and the randomness come from outside. */
export function createBackoff(
  timing: BackoffTiming,
  deps: { now: () => number; random: () => number },
): Backoff {
  let base = timing.minMs;
  let lastAt = Number.NEGATIVE_INFINITY;
  const isFresh = () => deps.now() - lastAt > timing.resetMs;
  return {
    next(retryAfterMs = 0) {
      if (isFresh()) base = timing.minMs;
      lastAt = deps.now();
      const spread = Math.min(base * (1 + deps.random()), timing.maxMs);
      base = Math.min(base * 2, timing.maxMs);
      // Also spread: everybody who was shed at the same moment was told the same number.
      const asked = Math.min(retryAfterMs, RETRY_AFTER_LIMIT_MS) * (1 + deps.random() / 10);
      return Math.round(Math.max(spread, asked));
    },
    reset() {
      lastAt = Number.NEGATIVE_INFINITY;
    },
    get isFresh() {
      return isFresh();
    },
  };
}
