// A point in time as an argument.

import { InvalidArgumentError } from 'commander';

/** Takes `2026-12-31T00:00:00Z`. Throws InvalidArgumentError, which commander shows with the name of the option. */
export function parseTime(text: string): Date {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)
    ? new Date(text)
    : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Write it as 2026-12-31T00:00:00Z.');
  return time;
}
