// What a command line is made of: one row for each option, from which parsing and help are made.

import { parseGoDuration } from './go-duration.ts';

export interface OptionRow<Value = unknown> {
  /** Throws what is wrong with the texts. */
  readonly parse: (texts: readonly string[]) => Value;
  readonly fallback: readonly string[];
  readonly help: string;
  readonly repeatable: boolean;
  readonly flag: boolean;
}

export type OptionRows = Readonly<Record<string, OptionRow>>;

/** A row with a rule of its own for one text. */
export function row<Value>(
  fallback: string,
  help: string,
  parse: (text: string) => Value,
  isFlag = false,
): OptionRow<Value> {
  return {
    parse: ([text = '']) => parse(text),
    fallback: [fallback],
    help,
    repeatable: false,
    flag: isFlag,
  };
}

export function text(fallback: string, help: string): OptionRow<string> {
  return row(fallback, help, value => value);
}

/** May be given more than once. */
export function list(help: string, fallback: readonly string[] = []): OptionRow<readonly string[]> {
  return { parse: texts => Object.freeze([...texts]), fallback, help, repeatable: true, flag: false };
}

export function flag(help: string): OptionRow<boolean> {
  return row('false', help, value => choose(value, ['true', 'false']) === 'true', true);
}

export function port(fallback: string, help: string): OptionRow<number> {
  return integer(0, 65_535, fallback, help);
}

export function integer(least: number, most: number, fallback: string, help: string): OptionRow<number> {
  return row(fallback, help, value => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new Error(`"${value}" is no whole number from ${least} to ${most}`);
    }
    return number;
  });
}

/** In milliseconds. */
export function duration(fallback: string, help: string): OptionRow<number> {
  return row(fallback, help, readDuration);
}

export function oneOf(values: readonly string[], fallback: string, help: string): OptionRow<string> {
  return row(fallback, `${help}: ${values.join(', ')}`, value => choose(value, values));
}

/** Those that every process has. */
export const COMMON_OPTIONS = {
  kubeconfig: text(
    '',
    'kubeconfig file; default: KUBECONFIG, ~/.kube/config, the service account of the pod',
  ),
  bundle: text('dist/bundle.tar.gz', 'policy bundle; replaced atomically, it is taken up within a second'),
  threads: integer(1, 64, '1', 'evaluation threads; each holds its own copy of the inventory'),
  'watch-timeout': row(
    '290s',
    'how long a watch is open before it is resumed; one that is silent 5s longer is cut; whole seconds',
    readWatchTimeout,
  ),
  'log-level': oneOf(['trace', 'debug', 'info', 'warn', 'error'], 'info', 'least severe line that is logged'),
} as const;

/** Below, watches pass for failed ones and are backed off from; above, the hourly new list would come late. */
function readWatchTimeout(value: string): number {
  const ms = readDuration(value);
  if (ms % 1_000 !== 0 || ms < 2_000 || ms > 3_600_000)
    throw new Error('must be whole seconds, from 2s to 1h');
  return ms;
}

function readDuration(value: string): number {
  const ms = value === '0' ? 0 : parseGoDuration(value);
  if (ms === undefined) throw new Error(`"${value}" is no duration such as 500ms, 10s or 1m30s`);
  return ms;
}

function choose(value: string, values: readonly string[]): string {
  if (!values.includes(value)) throw new Error(`"${value}" is none of ${values.join(', ')}`);
  return value;
}
