// Every option of the webhook, and what `--help` prints.

import { describeOptions } from '../process/command-line.ts';
import {
  COMMON_OPTIONS,
  duration,
  flag,
  integer,
  list,
  type OptionRow,
  port,
  row,
  text,
} from '../process/options.ts';

export const OPTIONS = {
  host: text('0.0.0.0', 'address to serve on'),
  port: port('8443', 'port of /validate and /mutate, TLS; 0 takes a free one'),
  'health-port': port('8081', 'port of /healthz, /readyz and /metrics, plain HTTP; 0 takes a free one'),
  'bundle-digest': digest('SHA-256 of the bundle, in hex; a file with another one is refused'),
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
  'drain-delay': duration('10s', 'how long to go on serving after SIGTERM, until no endpoint points here'),
  'drain-grace': duration('5s', 'how long to wait for open connections after that'),
  poll: duration('10s', 'how often certificate and webhook configurations are looked at'),
  ...COMMON_OPTIONS,
} as const;

/** What `--help` prints. */
export function helpText(): string {
  return describeOptions(OPTIONS, HEAD, EXAMPLES);
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

function digest(help: string): OptionRow<string> {
  return row('', help, value => {
    if (value !== '' && !/^[0-9a-f]{64}$/.test(value))
      throw new Error(`"${value}" is not 64 hex digits, in lower case`);
    return value;
  });
}
