// A clock that stands still until a test moves it: what overruns its time then hangs on nothing but the test, however
// slow or busy the machine is.

export interface HandClock {
  readonly now: () => number;
  pass(milliseconds: number): void;
}

export function handClock(): HandClock {
  let now = 0;
  return {
    now: () => now,
    pass(milliseconds) {
      now += milliseconds;
    },
  };
}
