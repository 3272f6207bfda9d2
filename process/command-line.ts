// A command line, read once against its rows: all faults are reported together, and the result is frozen.

import { parseArgs } from 'node:util';
import type { OptionRow, OptionRows } from './options.ts';

export type ConfigOf<Rows extends OptionRows> = {
  readonly [Name in keyof Rows]: ReturnType<Rows[Name]['parse']>;
};

/** Everything that is wrong with a command line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/**
 * Arguments → configuration, or `help`. `contradictions` gives what makes no sense together. Throws ConfigError with
 * every fault; an unknown option is one.
 */
export function parseCommandLine<Rows extends OptionRows>(
  rows: Rows,
  args: readonly string[],
  contradictions: (config: ConfigOf<Rows>) => readonly string[],
): ConfigOf<Rows> | 'help' {
  const faults: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokensOf(rows, args)) {
    if (token.kind !== 'option') {
      faults.push(`"${token.kind === 'positional' ? token.value : '--'}": there are only options here`);
    } else if (token.name === 'help') return 'help';
    else faults.push(...take(token.name, token.value, rows[token.name], given));
  }
  const config: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(rows)) {
    try {
      config[name] = row.parse(given.get(name) ?? row.fallback);
    } catch (error) {
      faults.push(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  faults.push(...contradictions(config as ConfigOf<Rows>));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as ConfigOf<Rows>;
}

/** What `--help` prints, between a head and examples. */
export function describeOptions(rows: OptionRows, head: string, examples: string): string {
  const width = Math.max(...Object.keys(rows).map(name => name.length)) + 1;
  const lines = Object.entries(rows).map(([name, { help, fallback, flag, repeatable }]) => {
    const value = fallback.join(', ');
    return `  --${name.padEnd(width)} ${help}${repeatable ? ' (repeatable)' : ''}${flag || value === '' ? '' : ` [${value}]`}`;
  });
  return `${head}\nOptions:\n${lines.join('\n')}\n  --${'help'.padEnd(width)} this text\n${examples}`;
}

function tokensOf(rows: OptionRows, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [name, { type: row.flag ? 'boolean' : 'string' } as const]),
  );
  return parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: { ...options, help: { type: 'boolean', short: 'h' } },
  }).tokens;
}

function take(
  name: string,
  value: string | undefined,
  row: OptionRow | undefined,
  given: Map<string, string[]>,
): string[] {
  if (row === undefined) return [`--${name}: unknown option`];
  if (value === undefined && !row.flag) return [`--${name}: needs a value`];
  const before = given.get(name);
  if (before !== undefined && !row.repeatable) return [`--${name}: given twice`];
  given.set(name, [...(before ?? []), value ?? 'true']);
  return [];
}
