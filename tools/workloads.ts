// What makes workloads ready without containers: the scheduler, and kwok, which plays the kubelets of two nodes.

import { join } from 'node:path';
import { type Components, READY_MS, runComponent } from './components.ts';
import { runCommand } from './run-command.ts';
import { untilReady } from './until-ready.ts';

const STAGES = join(import.meta.dirname, 'kwok/stages.yaml');
const NODES = ['node-a', 'node-b'];
/** Claims of all examples, several times over. */
const VOLUMES = 100;

/** The controllers of the kube-controller-manager that bring workloads and their volumes to an end. */
export const WORKLOAD_CONTROLLERS = [
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'disruption-controller',
  'endpointslice-controller',
  'job-controller',
  'persistentvolume-binder-controller',
  // Without it no claim is ever deleted: the API server puts its finalizer on each.
  'persistentvolumeclaim-protection-controller',
  'replicaset-controller',
  'statefulset-controller',
  'ttl-after-finished-controller',
];

/** Starts the scheduler and kwok, and makes the nodes and volumes that an administrator would have made. */
export async function startWorkloads(components: Components): Promise<void> {
  await Promise.all([startScheduler(components), startKwok(components)]);
  await makeNodes(components);
}

async function startScheduler(components: Components): Promise<void> {
  const { dir, ports, binaries, kubeconfig, caPem } = components;
  const child = await runComponent(components, 'kube-scheduler', binaries['kube-scheduler'] ?? '', [
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.scheduler}`,
    `--tls-cert-file=${join(dir, 'apiserver.crt')}`,
    `--tls-private-key-file=${join(dir, 'apiserver.key')}`,
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
  ]);
  await untilReady(child, {
    url: `https://127.0.0.1:${ports.scheduler}/healthz`,
    caPem,
    timeoutMs: READY_MS,
  });
}

async function startKwok(components: Components): Promise<void> {
  const { ports, binaries, kubeconfig } = components;
  const address = `127.0.0.1:${ports.kwok}`;
  const child = await runComponent(components, 'kwok', binaries.kwok ?? '', [
    `--config=${STAGES}`,
    `--kubeconfig=${kubeconfig}`,
    `--server-address=${address}`,
    '--manage-all-nodes',
    // Not the range of the services.
    '--cidr=10.64.0.0/16',
  ]);
  await untilReady(child, { url: `http://${address}/healthz`, timeoutMs: READY_MS });
}

async function makeNodes({ binaries, kubeconfig, dir }: Components): Promise<void> {
  const kubectl = async (args: string[], input?: string) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(dir, 'kubectl-cache') };
    const { code, stderr } = await runCommand(binaries.kubectl, args, { env, input });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  };
  const items = [...NODES.map(toNode), storageClass(), ...Array.from({ length: VOLUMES }, toVolume)];
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await kubectl(['wait', '--for=condition=Ready', `--timeout=${READY_MS}ms`, 'node', ...NODES]);
  // Set by the API server on every new node, and taken away by the node lifecycle controller, which does not run: it
  // would evict pods when the API server was away for a while.
  await kubectl(['taint', 'node', ...NODES, 'node.kubernetes.io/not-ready:NoSchedule-']);
}

function toNode(name: string): object {
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': name };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
}

function storageClass(): object {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'kubernetes.io/no-provisioner',
    // The scheduler binds a claim with its pod, in one go; one that is bound beforehand keeps pods waiting.
    volumeBindingMode: 'WaitForFirstConsumer',
  };
}

/** Nobody mounts it, so the path need not exist. */
function toVolume(_: unknown, index: number): object {
  const name = `local-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      storageClassName: 'local',
      capacity: { storage: '1Ti' },
      accessModes: ['ReadWriteOnce', 'ReadWriteMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: `/var/lib/${name}` },
    },
  };
}
