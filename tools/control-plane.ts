// A Kubernetes control plane of plain processes on the loopback: etcd, kube-apiserver, optionally the
// kube-controller-manager, the scheduler and simulated nodes. Own certificates, RBAC on, free ports, nothing left behind.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';
import { keepFolder, removeAtEnd } from './children.ts';
import { type Components, startApiServer, startControllers, startEtcd } from './components.ts';
import { writeCredentials } from './credentials.ts';
import { freePorts } from './free-ports.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type CommandResult, runCommand } from './run-command.ts';
import { startWorkloads, WORKLOAD_CONTROLLERS } from './workloads.ts';

export interface ControlPlaneOptions {
  /**
   * Runs the kube-controller-manager too: garbage collection, namespace deletion, service accounts, quotas,
   * and the built-in roles view, edit and admin, which are empty without it.
   */
  readonly controllers?: boolean;
  /**
   * Runs those controllers, the ones of workloads, the scheduler, and kwok with two simulated nodes and volumes for
   * claims: Deployments, StatefulSets and Jobs get ready or complete, though no container ever runs.
   */
  readonly workloads?: boolean;
  /** Folder to work in, made if absent and never removed. Default: a temporary one. */
  readonly dataDir?: string;
  /** Leaves the temporary folder, its logs and its etcd data in place after `stop`. */
  readonly keepDir?: boolean;
  /** Where the binaries are looked up; the process's own environment by default. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface ControlPlane {
  readonly url: string;
  /** Of etcd, plain HTTP: what is written there is admitted and validated by nobody. */
  readonly etcdUrl: string;
  /** Path of a kubeconfig whose user may do everything. */
  readonly kubeconfig: string;
  readonly caPem: string;
  /** Holds logs (`*.log`), certificates, kubeconfigs and etcd's data. */
  readonly dir: string;
  /** Process ids of what runs at the moment. */
  readonly pids: readonly number[];
  /** Runs the pinned kubectl as admin; a failure is in `code`, not thrown. */
  kubectl(args: string[], options?: { input?: string; kubeconfig?: string }): Promise<CommandResult>;
  /** Ends the API server and leaves etcd alone: an outage. */
  stopApiServer(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  startApiServer(): Promise<void>;
  stop(): Promise<void>;
  /** Path of a kubeconfig with a client certificate for that user and those groups. */
  userKubeconfig(user: string, groups?: string[]): Promise<string>;
}

/** How often to try with other ports when somebody took one between finding and using it. */
const ATTEMPTS = 3;

/**
 * Starts a control plane and waits until it is ready. Throws with the last log lines of what failed.
 * Its processes and its temporary folder go with this process, however it ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { workloads = false, controllers = workloads } = options;
  const binaries = await findBinaries(
    [
      ...(['etcd', 'kube-apiserver', 'kubectl'] as const),
      ...(controllers ? (['kube-controller-manager'] as const) : []),
      ...(workloads ? (['kube-scheduler', 'kwok'] as const) : []),
    ],
    { env: options.env ?? process.env },
  );
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options, binaries);
    } catch (error) {
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (!portTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function start(options: ControlPlaneOptions, binaries: Components['binaries']): Promise<ControlPlane> {
  const dir = await workFolder(options);
  const [etcd = 0, peer = 0, api = 0, manager = 0, scheduler = 0, kwok = 0] = await freePorts(6);
  const credentials = await writeCredentials(dir);
  const url = `https://127.0.0.1:${api}`;
  const kubeconfig = join(dir, 'admin.kubeconfig');
  const admin = await credentials.authority.issueClient('dappmesh-admin', ['system:masters']);
  await writeKubeconfig(kubeconfig, { url, caPem: credentials.caPem, user: 'dappmesh-admin', client: admin });

  const ports = { etcd, peer, api, manager, scheduler, kwok };
  const components: Components = {
    dir,
    ports,
    binaries,
    caPem: credentials.caPem,
    kubeconfig,
    running: new Map(),
  };
  const stop = async () => {
    await stopAll(components);
    keepFolder(dir);
    if (isTemporary(options)) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await startEtcd(components);
    await startApiServer(components);
    await startManaged(components, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return controlPlaneOf(components, { url, stop, issueClient: credentials.authority.issueClient });
}

/** What runs against the API server, as far as it was asked for. */
async function startManaged(
  components: Components,
  { controllers, workloads }: ControlPlaneOptions,
): Promise<void> {
  if (workloads === true) {
    await Promise.all([startControllers(components, WORKLOAD_CONTROLLERS), startWorkloads(components)]);
  } else if (controllers === true) {
    await startControllers(components, []);
  }
}

function controlPlaneOf(
  components: Components,
  parts: Pick<ControlPlane, 'url' | 'stop'> & {
    issueClient: Awaited<ReturnType<typeof writeCredentials>>['authority']['issueClient'];
  },
): ControlPlane {
  const { dir, caPem, kubeconfig, running, binaries } = components;
  const { url, stop, issueClient } = parts;
  return {
    url,
    etcdUrl: `http://127.0.0.1:${components.ports.etcd}`,
    kubeconfig,
    caPem,
    dir,
    get pids() {
      return [...running.values()].filter(child => !child.ended).map(child => child.pid);
    },
    kubectl(args, { input, kubeconfig: as = kubeconfig } = {}) {
      // The discovery cache lives in our folder: ports come back, and with them somebody else's cache.
      const env = { ...process.env, KUBECONFIG: as, KUBECACHEDIR: join(dir, 'kubectl-cache') };
      return runCommand(binaries.kubectl, args, { env, input });
    },
    stopApiServer: async () => running.get('kube-apiserver')?.stop(),
    startApiServer: () => startApiServer(components),
    stop,
    async userKubeconfig(user, groups = []) {
      const path = join(dir, `${encodeURIComponent([user, ...groups].join(','))}.kubeconfig`);
      await writeKubeconfig(path, { url, caPem, user, client: await issueClient(user, groups) });
      return path;
    },
  };
}

async function workFolder(options: ControlPlaneOptions): Promise<string> {
  if (options.dataDir !== undefined) {
    await mkdir(options.dataDir, { recursive: true });
    return options.dataDir;
  }
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-control-plane-'));
  if (isTemporary(options)) removeAtEnd(dir);
  return dir;
}

function isTemporary(options: ControlPlaneOptions): boolean {
  return options.dataDir === undefined && options.keepDir !== true;
}

/** Clients of etcd first; nothing gentle about it, since no write is waiting for anybody. */
async function stopAll({ running }: Components): Promise<void> {
  const clients = [...running].filter(([name]) => name !== 'etcd');
  await Promise.all(clients.map(([, child]) => child.stop(0)));
  await running.get('etcd')?.stop();
}
