// Every option of the reconciler, and what `--help` prints.

import { describeOptions } from '../process/command-line.ts';
import { COMMON_OPTIONS, duration, flag, integer, port, text } from '../process/options.ts';

export const OPTIONS = {
  workers: integer(1, 256, '8', 'objects that are reconciled at the same time'),
  'evaluation-time': duration('10s', 'what one evaluation may take before its thread is ended'),
  'reconcile-time': duration('2m', 'what one attempt may take before its requests are cut off'),
  'audit-interval': duration('10m', 'how often everything is judged anew; a new bundle does it at once'),
  'metrics-address': text('0.0.0.0', 'address of /healthz, /readyz and /metrics, plain HTTP'),
  'metrics-port': port('8080', 'port of the same; 0 takes a free one'),
  'no-leader-election': flag('write without a lease: only where nobody else can run'),
  'lease-namespace': text('dappmesh-system', 'namespace of the Lease'),
  'lease-name': text('dappmesh-reconciler', 'name of the Lease'),
  'lease-duration': duration('15s', 'how long others wait for a leader that is not heard of; whole seconds'),
  'lease-renew-deadline': duration('10s', 'how long a leader that cannot renew goes on writing'),
  'lease-retry': duration('2s', 'how often the Lease is renewed, or tried for'),
  'drain-grace': duration('20s', 'how long to wait for reconciles in flight after SIGTERM'),
  ...COMMON_OPTIONS,
} as const;

/** What `--help` prints. */
export function helpText(): string {
  return describeOptions(OPTIONS, HEAD, EXAMPLES);
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
