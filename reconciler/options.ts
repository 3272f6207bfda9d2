// Every option of the reconciler: one row each, from which parsing and help are made.

export interface OptionRow<Value = unknown> {
  readonly parse: (texts: readonly string[]) => Value;
  readonly fallback: readonly string[];
  readonly help: string;
  readonly flag: boolean;
}

export const OPTIONS = {
  kubeconfig: text(
    '',
    'kubeconfig file; default: KUBECONFIG, ~/.kube/config, the service account of the pod',
  ),
  bundle: text('dist/bundle.tar.gz', 'policy bundle; replaced atomically, it is taken up within a second'),
  workers: integer(1, 256, '8', 'objects that are reconciled at the same time'),
  threads: integer(1, 64, '1', 'evaluation threads; each holds its own copy of the inventory'),
  'evaluation-time': duration('10s', 'what one evaluation may take before its thread is ended'),
  'reconcile-time': duration('2m', 'what one attempt may take before its requests are cut off'),
  'audit-interval': duration('10m', 'how often everything is judged anew; a new bundle does it at once'),
  'watch-timeout': duration(
    '290s',
    'how long a watch is open before it is resumed; one that is silent 5s longer is cut; whole seconds',
  ),
  'metrics-address': text('0.0.0.0', 'address of /healthz, /readyz and /metrics, plain HTTP'),
  'metrics-port': integer(0, 65_535, '8080', 'port of the same; 0 takes a free one'),
  'no-leader-election': flag('write without a lease: only where nobody else can run'),
  'lease-namespace': text('dappmesh-system', 'namespace of the Lease'),
  'lease-name': text('dappmesh-reconciler', 'name of the Lease'),
  'lease-duration': duration('15s', 'how long others wait for a leader that is not heard of; whole seconds'),
  'lease-renew-deadline': duration('10s', 'how long a leader that cannot renew goes on writing'),
  'lease-retry': duration('2s', 'how often the Lease is renewed, or tried for'),
  'drain-grace': duration('20s', 'how long to wait for reconciles in flight after SIGTERM'),
  'log-level': oneOf(['trace', 'debug', 'info', 'warn', 'error'], 'info', 'least severe line that is logged'),
} as const;

export type OptionName = keyof typeof OPTIONS;

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.entries(OPTIONS as Readonly<Record<string, OptionRow>>).map(([name, row]) => {
    const fallback = row.flag || row.fallback[0] === '' ? '' : ` [${row.fallback.join(', ')}]`;
    return `  --${name.padEnd(21)} ${row.help}${fallback}`;
  });
  return `${HEAD}\nOptions:\n${rows.join('\n')}\n  --${'help'.padEnd(21)} this text\n${EXAMPLES}`;
}

const HEAD = `Usage: reconciler [options]

Builds what the objects of the mesh ask for, keeps it in shape, and says in their status what is true.
`;

const EXAMPLES = `
Examples:
  reconciler --bundle dist/bundle.tar.gz --kubeconfig admin.kubeconfig \\
    --metrics-address 127.0.0.1 --no-leader-election   outside a cluster, alone
  reconciler --lease-namespace dappmesh-system         in a pod, one of several replicas
  reconciler --lease-duration 6s --lease-renew-deadline 4s --lease-retry 1s
                                                       a faster fail-over, for more requests
  reconciler --workers 16 --threads 2                  for a large mesh
`;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function row<Value>(
  fallback: string,
  help: string,
  parse: (text: string) => Value,
  isFlag = false,
): OptionRow<Value> {
  return { parse: ([value = '']) => parse(value), fallback: [fallback], help, flag: isFlag };
}

function text(fallback: string, help: string): OptionRow<string> {
  return row(fallback, help, value => value);
}

function flag(help: string): OptionRow<boolean> {
  return row('false', help, value => choose(value, ['true', 'false']) === 'true', true);
}

function integer(least: number, most: number, fallback: string, help: string): OptionRow<number> {
  return row(fallback, help, value => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new Error(`"${value}" is no whole number from ${least} to ${most}`);
    }
    return number;
  });
}

/** In milliseconds. */
function duration(fallback: string, help: string): OptionRow<number> {
  return row(fallback, help, value => {
    if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) {
      throw new Error(`"${value}" is no duration such as 500ms, 10s or 1m30s`);
    }
    const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
    return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNIT_MS[unit ?? ''] ?? 0), 0);
  });
}

function oneOf(values: readonly string[], fallback: string, help: string): OptionRow<string> {
  return row(fallback, `${help}: ${values.join(', ')}`, value => choose(value, values));
}

function choose(value: string, values: readonly string[]): string {
  if (!values.includes(value)) throw new Error(`"${value}" is none of ${values.join(', ')}`);
  return value;
}
