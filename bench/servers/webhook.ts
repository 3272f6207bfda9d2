// Our webhook as it runs in a pod: its own process, started by its own main.ts, watching a real API server.

import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../../tools/children.ts';
import { freePorts } from '../../tools/free-ports.ts';
import { launchSettings } from './deployment.ts';
import type { Identity } from './identity.ts';
import { post, type Said, type Server } from './server.ts';

export const ROOT = join(import.meta.dirname, '../..');
/** Generous: on a busy machine the API server takes a minute to list 30,000 objects for the first time. */
const READY_MS = 180_000;
const POLL_MS = 5;

export interface WebhookServer extends Server {
  /** From the start of the process until /readyz said yes. */
  readonly readyMs: number;
}

export interface WebhookOptions {
  readonly dir: string;
  readonly kubeconfig: string;
  /** Further options of the webhook. */
  readonly args: readonly string[];
  readonly caPem: string;
  /** The port to serve on; a free one by default. */
  readonly port?: number;
  /** Options of Node itself. */
  readonly execArgv?: readonly string[];
}

/** The options that make it serve with the bench's certificate and leave the cluster alone. */
export function withIdentity(identity: Identity): string[] {
  return ['--configuration', '', '--tls-cert', identity.certFile, '--tls-key', identity.keyFile];
}

/** Starts the process; resolves once it is ready. Throws with its last log lines when it ends instead. */
export async function startWebhook(options: WebhookOptions): Promise<WebhookServer> {
  const [freePort = 0, healthPort = 0] = await freePorts(2);
  const port = options.port ?? freePort;
  const { nodeArguments, environment } = launchSettings('webhook');
  const startedAt = performance.now();
  const child = await startChild(
    'webhook',
    process.execPath,
    [
      ...nodeArguments,
      ...(options.execArgv ?? []),
      join(ROOT, 'webhook/main.ts'),
      ...argumentsFor(options, port, healthPort),
    ],
    join(options.dir, 'webhook.log'),
    environment,
  );
  await untilYes(child, healthPort);
  return {
    name: 'webhook',
    readyMs: performance.now() - startedAt,
    target: { port, caPem: options.caPem, pid: child.pid },
    toRequest: review => post('/validate?timeout=5s', review),
    readAnswer: readReview,
    stop: () => child.stop(),
  };
}

function argumentsFor(options: WebhookOptions, port: number, healthPort: number): string[] {
  const bundle = join(ROOT, 'dist/bundle.tar.gz');
  const addresses = ['--host=127.0.0.1', `--port=${port}`, `--health-port=${healthPort}`];
  const files = [`--bundle=${bundle}`, `--kubeconfig=${options.kubeconfig}`];
  return [...addresses, ...files, '--drain-delay=0s', '--drain-grace=1s', ...options.args];
}

async function untilYes(child: Child, healthPort: number): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while ((await statusOf(`http://127.0.0.1:${healthPort}/readyz`)) !== 200) {
    if (child.ended) throw new Error(`the webhook ended:\n${child.lastLines()}`);
    if (performance.now() > deadline) throw new Error(`the webhook is not ready:\n${child.lastLines()}`);
    await sleep(POLL_MS);
  }
}

/** Undefined while nobody listens. */
async function statusOf(url: string): Promise<number | undefined> {
  const call = get(url, { agent: false });
  try {
    const [response] = (await once(call, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    return response.statusCode;
  } catch {
    // Asked again until it listens, or until time is up, and then its log is shown.
    return undefined;
  }
}

function readReview(body: Buffer): Said {
  const { response } = JSON.parse(body.toString()) as {
    response: { allowed: boolean; auditAnnotations?: { denied?: string; warned?: string } };
  };
  const { denied, warned } = response.auditAnnotations ?? {};
  if (response.allowed !== (denied === undefined)) throw new Error(`allowed, and yet denied by ${denied}`);
  return { denied: denied?.split(',') ?? [], warned: warned?.split(',') ?? [] };
}
