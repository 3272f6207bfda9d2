// Waiting for what takes its time, and how much of it nobody knows: machines that run tests are slow and busy.

import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** Far more than anything takes, and well before tap ends the file (.taprc), which does not say what it waited for. */
  readonly limitMs?: number;
  readonly pauseMs?: number;
  /** What there is instead, for the error. */
  readonly seen?: () => unknown;
}

/** Looks until it holds. Rejects after the limit, also when a look hangs, with the text of what was looked for. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  { limitMs = 120_000, pauseMs = 20, seen }: UntilOptions = {},
): Promise<void> {
  // Made here, so that its stack leads to whoever waits.
  const late = new Error(`did not hold within ${limitMs / 1_000} s: ${String(holds)}`);
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(late), limitMs);
  try {
    while (!(await Promise.race([holds(), limit.promise])))
      await Promise.race([sleep(pauseMs), limit.promise]);
  } catch (error) {
    if (error === late && seen !== undefined) late.message += `\nseen: ${JSON.stringify(seen())}`;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
