// Every option of the webhook: one row each, from which parsing and help are made.

import { parseGoDuration } from './deadline.ts';

export interface OptionRow<Value = unknown> {
  readonly parse: (texts: readonly string[]) => Value;
  readonly fallback: readonly string[];
  readonly help: string;
  readonly repeatable: boolean;
  readonly flag: boolean;
}

export const OPTIONS = {
  host: text('0.0.0.0', 'address to serve on'),
  port: port('8443', 'port of /validate and /mutate, TLS; 0 takes a free one'),
  'health-port': port('8081', 'port of /healthz, /readyz and /metrics, plain HTTP; 0 takes a free one'),
  bundle: text('dist/bundle.tar.gz', 'policy bundle; replaced atomically, it is taken up within a second'),
  'bundle-digest': digest('SHA-256 of the bundle, in hex; a file with another one is refused'),
  kubeconfig: text(
    '',
    'kubeconfig file; default: KUBECONFIG, ~/.kube/config, the service account of the pod',
  ),
  namespace: text('dappmesh-system', 'namespace of the Service and of the CA Secret'),
  service: text('dappmesh-webhook', 'name of the Service, for the certificate'),
  'ca-secret': text('dappmesh-webhook-ca', 'Secret in which all replicas share one certificate authority'),
  'tls-name': list('further DNS name or address that the certificate is for'),
  'tls-cert': text('', 'certificate file, instead of an issued one; taken up again when it changes'),
  'tls-key': text('', 'key file that belongs to --tls-cert'),
  'tls-ca': text('', 'authority of --tls-cert for caBundle; leave out if something else injects it'),
  configuration: text(
    'dappmesh',
    'name of both webhook configurations to keep in order; empty leaves them alone',
  ),
  'webhook-manifest': text(
    '',
    'YAML file of the two configurations, to which edited or deleted ones are restored',
  ),
  'client-ca': text(
    '',
    'authority of client certificates; with it, callers must show one; taken up again when it changes',
  ),
  'client-name': list('common name that a client certificate may have', ['kube-apiserver']),
  threads: integer(1, 64, '1', 'evaluation threads; each holds its own copy of the inventory'),
  'evaluation-time': duration('1s', 'what one evaluation may take before its thread is ended'),
  'evaluation-memory': integer(
    16,
    4_096,
    '256',
    'MiB that one evaluation thread may use; its copy of 10,000 products takes about 100 of them',
  ),
  'queue-limit': integer(1, 100_000, '256', 'reviews under way and waiting before more are shed'),
  budget: duration('4s', 'what one judgement may take; a smaller ?timeout= of the API server goes before it'),
  'judge-unchanged': flag('judge an update even if nothing that a policy reads has changed'),
  'watch-timeout': duration(
    '290s',
    'how long a watch is open before it is resumed; one that is silent 5s longer is cut; whole seconds',
  ),
  'drain-delay': duration('10s', 'how long to go on serving after SIGTERM, until no endpoint points here'),
  'drain-grace': duration('5s', 'how long to wait for open connections after that'),
  poll: duration('10s', 'how often certificate and webhook configurations are looked at'),
  'log-level': oneOf(['trace', 'debug', 'info', 'warn', 'error'], 'info', 'least severe line that is logged'),
} as const;

export type OptionName = keyof typeof OPTIONS;

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.entries(OPTIONS as Readonly<Record<string, OptionRow>>).map(([name, row]) => {
    const fallback =
      row.fallback.length === 0 || row.flag || row.fallback[0] === '' ? '' : ` [${row.fallback.join(', ')}]`;
    const repeat = row.repeatable ? ' (repeatable)' : '';
    return `  --${name.padEnd(18)} ${row.help}${repeat}${fallback}`;
  });
  return `${HEAD}\nOptions:\n${rows.join('\n')}\n  --${'help'.padEnd(18)} this text\n${EXAMPLES}`;
}

const HEAD = `Usage: webhook [options]

Answers AdmissionReview with the verdict of the policies in a bundle.
`;

const EXAMPLES = `
Examples:
  webhook --bundle dist/bundle.tar.gz --kubeconfig admin.kubeconfig \\
    --host 127.0.0.1 --tls-name 127.0.0.1          outside a cluster, called by URL
  webhook --namespace dappmesh-system              in a pod, with an issued certificate
  webhook --tls-cert tls.crt --tls-key tls.key     with files that cert-manager mounts
  webhook --client-ca ca.crt --client-name kube-apiserver
                                                   only the API server may call
`;

function row<Value>(
  fallback: readonly string[],
  help: string,
  parse: (texts: readonly string[]) => Value,
  shape: { repeatable?: boolean; flag?: boolean } = {},
): OptionRow<Value> {
  return { parse, fallback, help, repeatable: shape.repeatable ?? false, flag: shape.flag ?? false };
}

function text(fallback: string, help: string): OptionRow<string> {
  return row([fallback], help, ([value = '']) => value);
}

function digest(help: string): OptionRow<string> {
  return row([''], help, ([value = '']) => {
    if (value !== '' && !/^[0-9a-f]{64}$/.test(value))
      throw new Error(`"${value}" is not 64 hex digits, in lower case`);
    return value;
  });
}

function list(help: string, fallback: readonly string[] = []): OptionRow<readonly string[]> {
  return row(fallback, help, values => Object.freeze([...values]), { repeatable: true });
}

function flag(help: string): OptionRow<boolean> {
  return row(['false'], help, ([value = '']) => choose(value, ['true', 'false']) === 'true', { flag: true });
}

function port(fallback: string, help: string): OptionRow<number> {
  return integer(0, 65_535, fallback, help);
}

function integer(least: number, most: number, fallback: string, help: string): OptionRow<number> {
  return row([fallback], help, ([value = '']) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new Error(`"${value}" is no whole number from ${least} to ${most}`);
    }
    return number;
  });
}

/** In milliseconds. */
function duration(fallback: string, help: string): OptionRow<number> {
  return row([fallback], help, ([value = '']) => {
    const ms = value === '0' ? 0 : parseGoDuration(value);
    if (ms === undefined) throw new Error(`"${value}" is no duration such as 500ms or 10s`);
    return ms;
  });
}

function oneOf(values: readonly string[], fallback: string, help: string): OptionRow<string> {
  return row([fallback], `${help}: ${values.join(', ')}`, ([value = '']) => choose(value, values));
}

function choose(value: string, values: readonly string[]): string {
  if (!values.includes(value)) throw new Error(`"${value}" is none of ${values.join(', ')}`);
  return value;
}
