// Our reconciler as it runs in a pod: its own process, started by its own main.ts, against a real API server.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../../tools/children.ts';
import { freePorts } from '../../tools/free-ports.ts';
import { launchSettings } from './deployment.ts';
import { ROOT } from './webhook.ts';

const READY_MS = 180_000;
const POLL_MS = 50;
/** Requests of these methods change something; reads, lists and watches do not. */
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export interface Reconciler {
  readonly pid: number;
  /** Requests to the API server that write, so far; those for its Lease are left out. */
  writes(): Promise<number>;
  /** Keys waiting and under way. */
  depth(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the process; resolves once it leads and has listed everything. Throws with its last log lines otherwise. */
export async function startReconciler(dir: string, kubeconfig: string): Promise<Reconciler> {
  const [port = 0] = await freePorts(1);
  const { nodeArguments, environment } = launchSettings('reconciler');
  const child = await startChild(
    'reconciler',
    process.execPath,
    [
      ...nodeArguments,
      join(ROOT, 'reconciler/main.ts'),
      `--kubeconfig=${kubeconfig}`,
      `--bundle=${join(ROOT, 'dist/bundle.tar.gz')}`,
      '--metrics-address=127.0.0.1',
      `--metrics-port=${port}`,
      '--no-leader-election',
    ],
    join(dir, 'reconciler.log'),
    environment,
  );
  const scrape = () => metricsOf(`http://127.0.0.1:${port}/metrics`);
  await untilReady(child, `http://127.0.0.1:${port}/readyz`);
  return {
    pid: child.pid,
    writes: async () =>
      sumOf(await scrape(), 'rest_client_requests_total', labels => WRITES.has(labels['method'] ?? '')),
    depth: async () => {
      const samples = await scrape();
      return sumOf(samples, 'workqueue_depth') + sumOf(samples, 'controller_runtime_active_workers');
    },
    stop: () => child.stop(),
  };
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function untilReady(child: Child, url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await isReady(url))) {
    if (child.ended) throw new Error(`the reconciler ended:\n${child.lastLines()}`);
    if (performance.now() > deadline) throw new Error(`the reconciler is not ready:\n${child.lastLines()}`);
    await sleep(POLL_MS);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status === 200;
  } catch {
    // Not listening yet: asked again until it is, or until time is up, and then its log is shown.
    return false;
  }
}

async function metricsOf(url: string): Promise<Sample[]> {
  const text = await (await fetch(url)).text();
  return text.split('\n').flatMap(line => {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

function sumOf(
  samples: readonly Sample[],
  name: string,
  fits: (labels: Sample['labels']) => boolean = () => true,
): number {
  return samples
    .filter(sample => sample.name === name && fits(sample.labels))
    .reduce((sum, { value }) => sum + value, 0);
}
