// The processes of a control plane and their flags; where each comes from is in docs of Kubernetes and etcd.

import { join } from 'node:path';
import { type Child, startChild } from './children.ts';
import { untilReady } from './until-ready.ts';

export interface Components {
  readonly dir: string;
  readonly ports: {
    readonly etcd: number;
    readonly peer: number;
    readonly api: number;
    readonly manager: number;
    readonly scheduler: number;
    readonly kwok: number;
  };
  readonly binaries: {
    readonly etcd: string;
    readonly 'kube-apiserver': string;
    readonly kubectl: string;
    readonly 'kube-controller-manager'?: string;
    readonly 'kube-scheduler'?: string;
    readonly kwok?: string;
  };
  readonly caPem: string;
  readonly kubeconfig: string;
  /** By name; a restarted process replaces its former self. */
  readonly running: Map<string, Child>;
}

/** Generous: a start takes 2 to 4 s on a quiet machine, and machines that run tests are slow and not quiet. */
export const READY_MS = 180_000;

/** What a mesh needs of the kube-controller-manager, and no more. */
const CONTROLLERS = [
  // Fills the built-in roles view, edit and admin; without it they are empty.
  'clusterrole-aggregation-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'resourcequota-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
];

/** Starts etcd on the loopback, without fsync: its data is as short-lived as the control plane. */
export async function startEtcd(components: Components): Promise<void> {
  const { dir, ports, binaries } = components;
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  const child = await runComponent(components, 'etcd', binaries.etcd, [
    '--unsafe-no-fsync',
    // Ten thousand products with their children and history outgrow the 2 GiB of the default.
    '--quota-backend-bytes=8589934592',
    '--log-level=warn',
    '--name=dappmesh',
    `--data-dir=${join(dir, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=dappmesh=${peer}`,
  ]);
  await untilReady(child, { url: `${client}/health`, timeoutMs: READY_MS });
}

/** Starts the API server with RBAC and client certificates, and waits for /readyz. */
export async function startApiServer(components: Components): Promise<void> {
  const { dir, ports, binaries, caPem } = components;
  const child = await runComponent(components, 'kube-apiserver', binaries['kube-apiserver'], [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.api}`,
    `--client-ca-file=${join(dir, 'ca.crt')}`,
    `--tls-cert-file=${join(dir, 'apiserver.crt')}`,
    `--tls-private-key-file=${join(dir, 'apiserver.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(dir, 'service-account.pub')}`,
    `--service-account-signing-key-file=${join(dir, 'service-account.key')}`,
    '--service-cluster-ip-range=10.96.0.0/12',
    '--authorization-mode=RBAC',
    // Otherwise it wants to publish its address as an Endpoints object, refuses a loopback one, and exits.
    '--endpoint-reconciler-type=none',
    '--profiling=false',
  ]);
  // Health is open to anybody by the default RBAC rules (system:public-info-viewer).
  await untilReady(child, { url: `https://127.0.0.1:${ports.api}/readyz`, caPem, timeoutMs: READY_MS });
}

/** Starts the kube-controller-manager with the few controllers a mesh needs, and those in `more`. */
export async function startControllers(components: Components, more: readonly string[]): Promise<void> {
  const { dir, ports, binaries, kubeconfig, caPem } = components;
  const child = await runComponent(
    components,
    'kube-controller-manager',
    binaries['kube-controller-manager'] ?? '',
    [
      `--controllers=${[...CONTROLLERS, ...more].join(',')}`,
      '--leader-elect=false',
      // Tests wait for it: the 20 requests per second of the default are for clusters with work to do.
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.manager}`,
      `--tls-cert-file=${join(dir, 'apiserver.crt')}`,
      `--tls-private-key-file=${join(dir, 'apiserver.key')}`,
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      `--service-account-private-key-file=${join(dir, 'service-account.key')}`,
      `--root-ca-file=${join(dir, 'ca.crt')}`,
    ],
  );
  await untilReady(child, { url: `https://127.0.0.1:${ports.manager}/healthz`, caPem, timeoutMs: READY_MS });
}

/** Starts one process, with its log beside the others'. */
export async function runComponent(
  components: Components,
  name: string,
  command: string,
  args: string[],
): Promise<Child> {
  const child = await startChild(name, command, args, join(components.dir, `${name}.log`));
  components.running.set(name, child);
  return child;
}
