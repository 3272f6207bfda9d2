// What the story plays on: a control plane with simulated nodes, the webhook as its own process, a bare repository.

import { existsSync } from 'node:fs';
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { findBinary } from '../binaries.ts';
import { type Child, startChild } from '../children.ts';
import { type ControlPlane, startControlPlane } from '../control-plane.ts';
import { freePorts } from '../free-ports.ts';

export const ROOT = join(import.meta.dirname, '../..');
const MANIFEST = join(ROOT, 'gitops/manifest');

export interface Stage {
  readonly dir: string;
  readonly plane: ControlPlane;
  readonly kubectl: string;
  readonly webhookUrl: string;
  readonly healthUrl: string;
  /** The bundle file that the webhook and the hook read. */
  readonly bundle: string;
  /** The bare repository, and the pusher's clone of it once there is one. */
  readonly repository: string;
  readonly work: string;
  readonly cloned: boolean;
  /** What was started on it, and ends with it. */
  readonly running: Pick<Child, 'stop'>[];
  stop(): Promise<void>;
}

/** Brings everything up; what has been started ends again when a later part fails. */
export async function setStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-demo-'));
  const bundle = join(dir, 'bundle.tar.gz');
  await copyFile(join(ROOT, 'dist/bundle.tar.gz'), bundle);
  const kubectl = await findBinary('kubectl');
  const plane = await startControlPlane({ workloads: true });
  const [port = 0, healthPort = 0] = await freePorts(2);
  const running: Stage['running'] = [];
  return {
    dir,
    plane,
    kubectl,
    bundle,
    repository: join(dir, 'mesh.git'),
    work: join(dir, 'mesh'),
    get cloned() {
      return existsSync(join(dir, 'mesh'));
    },
    webhookUrl: `https://127.0.0.1:${port}`,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    running,
    async stop() {
      await Promise.all(running.map(child => child.stop()));
      await plane.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Starts the webhook as it runs in a pod, but for addresses; resolves when it is ready. */
export async function startWebhook(stage: Stage): Promise<void> {
  const args = [
    join(ROOT, 'webhook/main.ts'),
    '--host=127.0.0.1',
    '--tls-name=127.0.0.1',
    `--port=${new URL(stage.webhookUrl).port}`,
    `--health-port=${new URL(stage.healthUrl).port}`,
    `--bundle=${stage.bundle}`,
    `--kubeconfig=${stage.plane.kubeconfig}`,
    '--drain-delay=0s',
    '--poll=1s',
  ];
  const child = await startChild('webhook', process.execPath, args, join(stage.dir, 'webhook.log'));
  stage.running.push(child);
  for (let i = 0; i < 300; i++) {
    if (await answers(`${stage.healthUrl}/readyz`)) return;
    if (child.ended) break;
    await sleep(100);
  }
  throw new Error(`the webhook did not become ready:\n${child.lastLines()}`);
}

/** The shipped configurations, called by URL because the webhook runs outside the cluster. */
export async function writeConfigurations(stage: Stage): Promise<string> {
  const documents: string[] = [];
  for (const [file, path] of [
    ['validatingwebhookconfiguration.yaml', '/validate'],
    ['mutatingwebhookconfiguration.yaml', '/mutate'],
  ] as const) {
    const configuration = parse(await readFile(join(MANIFEST, 'app', file), 'utf8')) as {
      webhooks: { clientConfig: unknown }[];
    };
    for (const webhook of configuration.webhooks)
      webhook.clientConfig = { url: `${stage.webhookUrl}${path}` };
    documents.push(stringify(configuration));
  }
  const file = join(stage.dir, 'webhooks.yaml');
  await writeFile(file, documents.join('---\n'));
  return file;
}

/** Copies the example mesh into a working copy, as its teams would have it. */
export async function copyExample(target: string): Promise<void> {
  await cp(join(ROOT, 'gitops/examples/retail'), target, { recursive: true });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
