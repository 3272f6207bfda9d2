// The command line of the webhook: read once, all faults reported together, then frozen.

import { parseArgs } from 'node:util';
import { OPTIONS, type OptionName, type OptionRow } from './options.ts';

export type Config = { readonly [Name in OptionName]: ReturnType<(typeof OPTIONS)[Name]['parse']> };

/** Everything that is wrong with a command line. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Arguments → configuration, or `help`. Throws ConfigError with every fault; an unknown option is one. */
export function parseConfig(args: readonly string[]): Config | 'help' {
  const rows: Readonly<Record<string, OptionRow>> = OPTIONS;
  const faults: string[] = [];
  const given = new Map<string, string[]>();
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: toParserOptions(rows),
  });
  for (const token of tokens) {
    if (token.kind !== 'option') {
      faults.push(`"${token.kind === 'positional' ? token.value : '--'}": there are only options here`);
    } else if (token.name === 'help' || token.name === 'h') return 'help';
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
  faults.push(...contradictions(config as Config));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as Config;
}

function take(
  name: string,
  value: string | undefined,
  row: OptionRow | undefined,
  given: Map<string, string[]>,
): string[] {
  if (row === undefined) return [`--${name}: unknown option`];
  if (row.flag) {
    given.set(name, [value ?? 'true']);
    return [];
  }
  if (value === undefined) return [`--${name}: needs a value`];
  const before = given.get(name);
  if (before !== undefined && !row.repeatable) return [`--${name}: given twice`];
  given.set(name, [...(before ?? []), value]);
  return [];
}

function contradictions(config: Config): string[] {
  const faults: string[] = [];
  if ((config['tls-cert'] === '') !== (config['tls-key'] === '')) {
    faults.push('--tls-cert and --tls-key: give both or neither');
  }
  if (config['tls-ca'] !== '' && config['tls-cert'] === '')
    faults.push('--tls-ca: needs --tls-cert and --tls-key');
  if (config['webhook-manifest'] !== '' && config.configuration === '') {
    faults.push('--webhook-manifest: needs --configuration');
  }
  // Below, watches pass for failed ones and are backed off from; above, the hourly new list would come late.
  const timeout = config['watch-timeout'];
  if (timeout % 1_000 !== 0 || timeout < 2_000 || timeout > 3_600_000) {
    faults.push('--watch-timeout: must be whole seconds, from 2s to 1h');
  }
  return faults;
}

function toParserOptions(rows: Readonly<Record<string, OptionRow>>) {
  const names = Object.entries(rows).map(([name, row]) => [name, { type: row.flag ? 'boolean' : 'string' }]);
  return Object.fromEntries([...names, ['help', { type: 'boolean', short: 'h' }]]) as Record<
    string,
    { type: 'boolean' | 'string' }
  >;
}
