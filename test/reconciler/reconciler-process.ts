// The reconciler as its own process, as it runs in a pod.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
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
  /** A path of the health port; status 0 while nobody answers. */
  get(path: string): Promise<{ status: number; body: string }>;
  /** The value of a series, 0 when it is not there; not a number when nobody answers. */
  metric(series: string): Promise<number>;
  /** Requests that changed something, other than the lease, tried or done; not a number when nobody answers. */
  writes(): Promise<number>;
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

/** A connection that is kept may be closed by the other end just as it is used again. */
const ONE_WAY = { connection: 'close' };

/** How long a process may take to end: much longer than its own patience, as the machine may be slow. */
const END_MS = 180_000;

/** Starts the process on a free port, which its log tells; `nodeArgs` go to Node itself. The test has to stop it. */
export async function startReconcilerProcess(
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<ReconcilerProcess> {
  const door = ['--metrics-address=127.0.0.1', '--metrics-port=0'];
  const command = [...nodeArgs, 'reconciler/main.ts', ...door, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(parseLine(line)));
  const guard = startGuard(child.pid ?? 0);
  // Not `exit`: there may still be lines to read then.
  const exited = once(child, 'close').then(([code, signal]) => {
    guard.kill('SIGKILL');
    return (code ?? signal) as number | string | null;
  });
  async function get(path: string): Promise<{ status: number; body: string }> {
    const opened = lines.find(({ msg }) => msg === 'health port open');
    if (opened === undefined) return { status: 0, body: '' };
    try {
      const answer = await fetch(`http://127.0.0.1:${Number(opened['port'])}${path}`, { headers: ONE_WAY });
      return { status: answer.status, body: await answer.text() };
    } catch {
      return { status: 0, body: '' };
    }
  }
  async function metric(series: string): Promise<number> {
    const { status, body } = await get('/metrics');
    return status === 200 ? valueOf(series, body) : Number.NaN;
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
    async writes() {
      const { status, body } = await get('/metrics');
      return status === 200 ? sumOf('dappmesh_reconciler_writes_total', body) : Number.NaN;
    },
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

/** What is killed may leave half a line behind. */
function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: 'cut off', msg: line };
  }
}

function valueOf(series: string, metrics: string): number {
  const line = metrics.split('\n').find(text => text.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

function sumOf(name: string, metrics: string): number {
  const lines = metrics.split('\n').filter(text => text.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
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
