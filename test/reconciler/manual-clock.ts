// A clock that only moves when it is told to, and timers by it.

import type { Schedule } from '../../reconciler/queue/delays.ts';

export interface ManualClock {
  readonly now: () => number;
  readonly schedule: Schedule;
  /** Timers that have not fired. */
  readonly timers: number;
  /** How many have. */
  readonly fired: number;
  /** Moves on, timers firing at their times. */
  readonly advance: (ms: number) => void;
}

/** Starts at zero. */
export function createManualClock(): ManualClock {
  const timers = new Set<{ at: number; work: () => void }>();
  let time = 0;
  let fired = 0;
  return {
    now: () => time,
    schedule(work, delayMs) {
      const timer = { at: time + delayMs, work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    get timers() {
      return timers.size;
    },
    get fired() {
      return fired;
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        time = Math.max(time, next.at);
        fired += 1;
        next.work();
      }
      time = end;
    },
  };
}
