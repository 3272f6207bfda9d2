// The command line of the reconciler: read once, all faults reported together, then frozen.

import { parseArgs } from 'node:util';
import { OPTIONS, type OptionName, type OptionRow } from './options.ts';

export type Config = { readonly [Name in OptionName]: ReturnType<(typeof OPTIONS)[Name]['parse']> };

/** Everything that is wrong with a command line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** Arguments → configuration, or `help`. Throws ConfigError with every fault; an unknown option is one. */
export function parseConfig(args: readonly string[]): Config | 'help' {
  const rows: Readonly<Record<string, OptionRow>> = OPTIONS;
  const options = Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [name, { type: row.flag ? 'boolean' : 'string' } as const]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: { ...options, help: { type: 'boolean', short: 'h' } },
  });
  const faults: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') {
      faults.push(`"${token.kind === 'positional' ? token.value : '--'}": there are only options here`);
    } else if (token.name === 'help') return 'help';
    else {
      const fault = take(token.name, token.value, rows[token.name], given);
      if (fault !== undefined) faults.push(`--${token.name}: ${fault}`);
    }
  }
  const config = readRows(rows, given, faults);
  faults.push(...contradictions(config), ...watchFaults(config));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

function take(
  name: string,
  value: string | undefined,
  row: OptionRow | undefined,
  given: Map<string, string>,
): string | undefined {
  if (row === undefined) return 'unknown option';
  if (given.has(name)) return 'given twice';
  if (value === undefined && !row.flag) return 'needs a value';
  given.set(name, value ?? 'true');
  return undefined;
}

function readRows(
  rows: Readonly<Record<string, OptionRow>>,
  given: ReadonlyMap<string, string>,
  faults: string[],
): Config {
  const config: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(rows)) {
    const value = given.get(name);
    try {
      config[name] = row.parse(value === undefined ? row.fallback : [value]);
    } catch (error) {
      faults.push(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return config as Config;
}

/** As client-go checks them: a leader must notice its loss before anybody else may take over. */
function contradictions(config: Config): string[] {
  const faults: string[] = [];
  const { 'lease-duration': duration, 'lease-renew-deadline': deadline, 'lease-retry': retry } = config;
  if (deadline >= duration) faults.push('--lease-renew-deadline: must be shorter than --lease-duration');
  if (retry * 1.2 >= deadline) faults.push('--lease-retry: must be well shorter than --lease-renew-deadline');
  if (duration % 1_000 !== 0) faults.push('--lease-duration: must be whole seconds');
  return faults;
}

/** Below, watches pass for failed ones and are backed off from; above, the hourly new list would come late. */
function watchFaults({ 'watch-timeout': timeout }: Config): string[] {
  const isFit = timeout % 1_000 === 0 && timeout >= 2_000 && timeout <= 3_600_000;
  return isFit ? [] : ['--watch-timeout: must be whole seconds, from 2s to 1h'];
}
