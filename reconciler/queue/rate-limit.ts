// How long a failed key waits: its own exponential backoff, and one bucket for all keys (client-go's default limiter).

export interface RateLimits {
  readonly baseMs: number;
  readonly maxMs: number;
  /** Keys per second that come back in the long run, and how many at once. */
  readonly perSecond: number;
  readonly burst: number;
}

/** k8s.io/client-go util/workqueue DefaultTypedControllerRateLimiter. */
export const CONTROLLER_LIMITS: RateLimits = { baseMs: 5, maxMs: 1_000_000, perSecond: 10, burst: 100 };

/** Keys that failed together must not come back together. */
const JITTER = 0.1;

export interface RateLimiter {
  /** Counts a failure and says after how many milliseconds to try again. */
  readonly next: (id: string) => number;
  readonly forget: (id: string) => void;
  readonly failures: (id: string) => number;
}

/** Makes the limiter; the clock (milliseconds) and the randomness come from outside. */
export function createRateLimiter(
  limits: RateLimits,
  deps: { readonly now: () => number; readonly random: () => number },
): RateLimiter {
  const failures = new Map<string, number>();
  const reserve = createBucket(limits, deps.now);
  return {
    next(id) {
      const before = failures.get(id) ?? 0;
      failures.set(id, before + 1);
      const own = Math.min(limits.baseMs * 2 ** before, limits.maxMs) * (1 + deps.random() * JITTER);
      return Math.max(own, reserve());
    },
    forget(id) {
      failures.delete(id);
    },
    failures: id => failures.get(id) ?? 0,
  };
}

/** A token bucket that may run into debt: the debt is the wait. */
function createBucket({ perSecond, burst }: RateLimits, now: () => number): () => number {
  let tokens = burst;
  let at = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + (Math.max(time - at, 0) / 1000) * perSecond) - 1;
    at = time;
    return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
  };
}
