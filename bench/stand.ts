// The test stand: what several scenarios share, each part started when it is first asked for, all ended together.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, loadBundle } from '../policies/engine/loading/bundle.ts';
import { removeAtEnd } from '../tools/children.ts';
import type { ControlPlane } from '../tools/control-plane.ts';
import type { EvaluationResult } from './evaluation/evaluation-process.ts';
import { measureEvaluation } from './evaluation/measure-evaluation.ts';
import { type Generator, startGenerator } from './load/generator.ts';
import { type Mesh, makeMesh, meshData, PRODUCTS } from './mesh/mesh.ts';
import { fillPlane, startPlane } from './plane/mesh-plane.ts';
import { startBare } from './servers/bare.ts';
import { type Identity, makeIdentity } from './servers/identity.ts';
import { startOpa } from './servers/opa.ts';
import type { Server } from './servers/server.ts';
import { ROOT, startWebhook, type WebhookServer, withIdentity } from './servers/webhook.ts';

export interface Stand {
  readonly dir: string;
  readonly identity: Identity;
  /** Seconds that the clock runs for one figure. */
  readonly seconds: number;
  /** One line of progress. */
  say(line: string): void;
  bundle(): Promise<Bundle>;
  mesh(): Promise<Mesh>;
  /** CRDs installed, no objects. */
  plane(): Promise<ControlPlane>;
  /** The same plane once the mesh is in it. */
  filledPlane(): Promise<ControlPlane>;
  generator(): Promise<Generator>;
  bare(): Promise<Server>;
  /** With the mesh in its data. */
  opa(): Promise<Server>;
  /** The real process, ready, with the mesh in its inventory. */
  webhook(): Promise<WebhookServer>;
  /** What the policies cost without a server around them. */
  evaluation(): Promise<EvaluationResult>;
  close(): Promise<void>;
}

/** Makes a stand in a temporary folder. */
export async function openStand(options: { seconds: number; say(line: string): void }): Promise<Stand> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-bench-'));
  removeAtEnd(dir);
  const identity = await makeIdentity(dir);
  const stops: (() => Promise<void>)[] = [];
  /** Started once, at the first call, and ended with the stand. */
  function shared<Part extends { stop(): Promise<void> }>(start: () => Promise<Part>): () => Promise<Part> {
    return once(async () => {
      const part = await start();
      stops.push(() => part.stop());
      return part;
    });
  }
  const bundle = once(async () => loadBundle(await readFile(join(ROOT, 'dist/bundle.tar.gz'))));
  const mesh = once(() => makeMesh(PRODUCTS));
  const plane = shared(startPlane);
  const filledPlane = once(async () => {
    const filled = await plane();
    options.say(`${await fillPlane(filled, await mesh())} objects written to etcd`);
    return filled;
  });
  return {
    dir,
    identity,
    ...options,
    bundle,
    mesh,
    plane,
    filledPlane,
    generator: shared(async () => startGenerator()),
    bare: shared(() => startBare(identity)),
    opa: shared(async () =>
      startOpa(dir, identity, await meshData((await bundle()).projection, await mesh())),
    ),
    webhook: shared(async () => {
      const { kubeconfig } = await filledPlane();
      return startWebhook({ dir, kubeconfig, args: withIdentity(identity), caPem: identity.caPem });
    }),
    evaluation: once(async () => measureEvaluation({ ...options, bundle, mesh })),
    async close() {
      for (const stop of stops.reverse()) await stop().catch(error => options.say(String(error)));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function once<Part>(start: () => Promise<Part>): () => Promise<Part> {
  let started: Promise<Part> | undefined;
  return () => (started ??= start());
}
