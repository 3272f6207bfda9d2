// The webhook as its own process, as it runs in a pod.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface WebhookProcess {
  readonly port: number;
  readonly healthPort: number;
  readonly child: ChildProcess;
  /** Everything it has logged; written in blocks, so it lags by up to a second. */
  readonly lines: readonly LogLine[];
  readonly readyMs: number;
  get(path: string): Promise<{ status: number; body: string }>;
  /** Waits until /readyz says yes. */
  ready(): Promise<void>;
  /** Waits until a line is logged that fits. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Its exit code, once it has ended by itself. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the process on free ports; resolves when its health port is known. */
export async function startWebhookProcess(options: {
  readonly args: readonly string[];
  /** A free one by default. */
  readonly port?: number;
}): Promise<WebhookProcess> {
  const startedAt = performance.now();
  const healthPort = await freePort();
  const port = options.port ?? (await freePort());
  const args = ['webhook/main.ts', '--host', '127.0.0.1', `--port=${port}`, `--health-port=${healthPort}`];
  const child = spawn(process.execPath, [...args, ...options.args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(JSON.parse(line) as LogLine));
  const guard = startGuard(child.pid ?? 0);
  const exited = once(child, 'exit').then(([code]) => {
    guard.kill('SIGKILL');
    return code as number | null;
  });
  let readyMs = 0;
  async function get(path: string): Promise<{ status: number; body: string }> {
    try {
      const answer = await fetch(`http://127.0.0.1:${healthPort}${path}`);
      return { status: answer.status, body: await answer.text() };
    } catch {
      return { status: 0, body: '' };
    }
  }
  async function until<Result>(look: () => Promise<Result | undefined> | Result | undefined, what: string) {
    for (let i = 0; i < 3_000; i++) {
      const found = await look();
      if (found !== undefined) return found;
      if (child.exitCode !== null)
        throw new Error(`the webhook ended before ${what}: ${JSON.stringify(lines)}`);
      await sleep(10);
    }
    throw new Error(
      `${what} did not happen: ${(await get('/readyz')).body}; ${JSON.stringify(lines.slice(-20))}`,
    );
  }
  return {
    port,
    healthPort,
    child,
    lines,
    get readyMs() {
      return readyMs;
    },
    get,
    async ready() {
      await until(async () => ((await get('/readyz')).status === 200 ? true : undefined), 'being ready');
      readyMs = performance.now() - startedAt;
    },
    exited,
    logged: fits => until(() => lines.find(fits), 'the log line'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return exited;
    },
  };
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

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
