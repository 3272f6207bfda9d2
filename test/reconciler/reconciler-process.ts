// The reconciler as its own process, as it runs in a pod.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { freePorts } from '../../tools/free-ports.ts';
import { until } from '../until.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface ReconcilerProcess {
  readonly child: ChildProcess;
  /** Everything it has logged; written in blocks, so it lags by up to a second. Complete once it has ended. */
  readonly lines: readonly LogLine[];
  /** A path of the health port; status 0 when nobody answers. */
  get(path: string): Promise<{ status: number; body: string }>;
  /** The value of a series, 0 when it is not there. */
  metric(series: string): Promise<number>;
  /** Whether no reconcile is under way or waiting, but for those that wait for their time. */
  isIdle(): Promise<boolean>;
  /** Waits until /readyz says yes. */
  ready(): Promise<void>;
  /** Waits until it leads. */
  leading(): Promise<void>;
  /** Its exit code or signal, once it has ended. */
  readonly exited: Promise<number | string | null>;
  /** SIGTERM, and its exit code; SIGKILL when it does not listen. */
  stop(): Promise<number | string | null>;
  /** SIGKILL: no goodbye. */
  kill(): Promise<void>;
}

const LEADING = 'leader_election_master_status{name="dappmesh-reconciler"}';
const IDLE_SERIES = [
  'controller_runtime_active_workers{controller="dappmesh"}',
  'workqueue_depth{name="dappmesh"}',
];

/** How long a process may take to end: longer than its own patience. */
const END_MS = 60_000;

/** Starts the process on a free port; `nodeArgs` go to Node itself. The test has to stop it. */
export async function startReconcilerProcess(
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<ReconcilerProcess> {
  const [port = 0] = await freePorts(1);
  const door = ['--metrics-address=127.0.0.1', `--metrics-port=${port}`];
  const command = [...nodeArgs, 'reconciler/main.ts', ...door, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(JSON.parse(line) as LogLine));
  const guard = startGuard(child.pid ?? 0);
  // Not `exit`: there may still be lines to read then.
  const exited = once(child, 'close').then(([code, signal]) => {
    guard.kill('SIGKILL');
    return (code ?? signal) as number | string | null;
  });
  async function get(path: string): Promise<{ status: number; body: string }> {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: answer.status, body: await answer.text() };
    } catch {
      return { status: 0, body: '' };
    }
  }
  async function metric(series: string): Promise<number> {
    return valueOf(series, (await get('/metrics')).body);
  }
  async function reached(holds: () => Promise<boolean>): Promise<void> {
    const runs = async () => {
      if (hasEnded(child)) throw new Error(`the reconciler has ended: ${JSON.stringify(lines.slice(-20))}`);
      return holds();
    };
    await until(runs, { seen: () => lines.slice(-20) });
  }
  async function end(signal: NodeJS.Signals): Promise<number | string | null> {
    if (!hasEnded(child)) {
      child.kill(signal);
      // A process that stands still would not hear it.
      child.kill('SIGCONT');
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    return exited.finally(() => clearTimeout(timer));
  }
  return {
    child,
    lines,
    get,
    metric,
    async isIdle() {
      const { status, body } = await get('/metrics');
      return status === 200 && IDLE_SERIES.every(series => valueOf(series, body) === 0);
    },
    ready: () => reached(async () => (await get('/readyz')).status === 200),
    leading: () => reached(async () => (await metric(LEADING)) === 1),
    exited,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

function valueOf(series: string, metrics: string): number {
  const line = metrics.split('\n').find(text => text.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** A shell that kills the process when its own input closes, which it does however this process ends. */
function startGuard(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1"', 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return guard;
}
