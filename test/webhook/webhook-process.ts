// The webhook as its own process, as it runs in a pod.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { freePorts } from '../../tools/free-ports.ts';
import { until } from '../until.ts';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface WebhookProcess {
  readonly port: number;
  readonly healthPort: number;
  readonly child: ChildProcess;
  /** Everything it has logged; written in blocks, so it lags by up to a second. Complete once it has ended. */
  readonly lines: readonly LogLine[];
  get(path: string): Promise<{ status: number; body: string }>;
  /** Waits until /readyz says yes. */
  ready(): Promise<void>;
  /** Waits until a line is logged that fits. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Its exit code, once it has ended by itself. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, and its exit code; none when it does not listen and is killed. */
  stop(): Promise<number | null>;
}

/** How long a process may take to end: longer than its own patience. */
const END_MS = 60_000;

/** Starts the process on free ports; resolves when its health port is known. */
export async function startWebhookProcess(options: {
  readonly args: readonly string[];
  /** A free one by default. */
  readonly port?: number;
}): Promise<WebhookProcess> {
  const [healthPort = 0, anyPort = 0] = await freePorts(2);
  const port = options.port ?? anyPort;
  const args = ['webhook/main.ts', '--host', '127.0.0.1', `--port=${port}`, `--health-port=${healthPort}`];
  const child = spawn(process.execPath, [...args, ...options.args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(JSON.parse(line) as LogLine));
  const guard = startGuard(child.pid ?? 0);
  // Not `exit`: there may still be lines to read then.
  const exited = once(child, 'close').then(([code]) => {
    guard.kill('SIGKILL');
    return code as number | null;
  });
  async function get(path: string): Promise<{ status: number; body: string }> {
    // On a connection of its own: one that is kept may be closed at the other end by the time it is used again.
    const asked = httpGet({ host: '127.0.0.1', port: healthPort, path, agent: false });
    try {
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      return { status: answer.statusCode ?? 0, body: await text(answer) };
    } catch {
      return { status: 0, body: '' };
    }
  }
  async function reached(holds: () => Promise<boolean> | boolean): Promise<void> {
    let ready = '';
    const runs = async () => {
      if (await holds()) return true;
      if (hasEnded(child)) throw new Error(`the webhook has ended: ${JSON.stringify(lines)}`);
      ready = (await get('/readyz')).body;
      return false;
    };
    await until(runs, { seen: () => [ready, ...lines.slice(-20)] });
  }
  return {
    port,
    healthPort,
    child,
    lines,
    get,
    ready: () => reached(async () => (await get('/readyz')).status === 200),
    exited,
    async logged(fits) {
      let found: LogLine | undefined;
      await reached(() => (found = lines.find(fits)) !== undefined);
      return found as LogLine;
    },
    async stop() {
      if (!hasEnded(child)) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      return exited.finally(() => clearTimeout(timer));
    },
  };
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
