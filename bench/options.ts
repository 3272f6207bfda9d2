// The command line of the bench.

import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios.ts';

export interface Options {
  /** Names of scenarios; all when empty. */
  readonly only: readonly string[];
  readonly seconds: number;
}

/** Wrong use. */
export class UsageError extends Error {}

const DEFAULT_SECONDS = 4;

/** Throws UsageError with everything that is wrong. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parse(args);
  if (values.help === true) return 'help';
  const only = values.only ?? [];
  const faults = only
    .filter(name => !SCENARIOS.some(scenario => scenario.name === name))
    .map(name => `--only: there is no scenario ${name}`);
  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  if (!(seconds > 0 && seconds <= 600)) faults.push(`--seconds: ${values.seconds} is no number up to 600`);
  if (faults.length > 0) throw new UsageError(`${faults.join('\n')}\nSee --help.`);
  return { only, seconds };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        seconds: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nSee --help.`);
  }
}

export function helpText(): string {
  const rows = SCENARIOS.map(
    ({ name, title }) => `  ${title.startsWith(`${name}: `) ? '' : `${name}: `}${title}`,
  );
  return `Usage: node bench/main.ts [--only scenario]… [--seconds n]

Measures admission, inventory, start and check on this machine, prints tables, and writes
bench/out/latest.json (bench/out/partial.json when scenarios are left out).

  --only scenario   this one alone; may be repeated
  --seconds n       how long the clock runs for one figure [${DEFAULT_SECONDS}]
  --help            this text

Scenarios, in the order in which they run:
${rows.join('\n')}
`;
}
