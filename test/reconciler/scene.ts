// A real API server with the example mesh, the real bundle, the reconciler's own watches; reconciles are called by hand.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Cluster, connect } from '../../cluster/connect.ts';
import { FIELD_MANAGER } from '../../policies/engine/children/field-manager.ts';
import { createEngine, type Engine } from '../../policies/engine/engine.ts';
import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import { typesMadeBy } from '../../reconciler/bundle.ts';
import { createCopyReaders } from '../../reconciler/copy-readers.ts';
import type { Deps, Store } from '../../reconciler/deps.ts';
import type { ObjectEvent } from '../../reconciler/events.ts';
import { createIntake } from '../../reconciler/intake.ts';
import type { Key } from '../../reconciler/key.ts';
import { type ReconcileOutcome, reconcile } from '../../reconciler/reconcile.ts';
import { createChildren } from '../../reconciler/store/children.ts';
import { RECONCILED_KINDS } from '../../reconciler/store/dependents.ts';
import { createMeshObjects } from '../../reconciler/store/mesh-objects.ts';
import { createStore } from '../../reconciler/store/store.ts';
import { startWatches } from '../../reconciler/watches.ts';
import { createWritten } from '../../reconciler/written.ts';
import { KINDS } from '../../schemas/kinds.ts';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { applyExamples } from '../apply-examples.ts';
import { shippedBundle } from '../shipped-bundle.ts';
import { until } from '../until.ts';
import { childrenIn } from './children-in.ts';

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

export interface Scene {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly engine: Engine;
  readonly store: Store;
  /** Whether children of a kind are watched, and may be written. */
  readonly served: Deps['served'];
  readonly events: (ObjectEvent & { readonly name: string })[];
  /** What was written since it was last emptied: `apply ConfigMap`. */
  readonly writes: string[];
  /** Time goes on by this much. */
  skew: number;
  leads: boolean;
  reconcile(key: Key): Promise<ReconcileOutcome>;
  /** Reconciles everything once; what is thrown is among the results. */
  reconcileAll(): Promise<(ReconcileOutcome | Error)[]>;
  /** Until the watches show what the API server has, and a pass over everything writes nothing. */
  settle(): Promise<void>;
  /** Until the watches have caught up. */
  catchUp(): Promise<void>;
  /** Forgets what was written, as a process does that starts. */
  restart(): void;
}

/** Starts it all; the test ends it. */
export async function startScene(t: Test): Promise<Scene> {
  const plane = await startControlPlane();
  t.teardown(() => plane.stop());
  await applyExamples(plane, ['sales', 'logistics', 'customer']);
  const cluster = connect({ kubeconfig: plane.kubeconfig });
  t.teardown(() => cluster.close());
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dappmesh-system' } });
  const path = await shippedBundle(join(t.testdir(), 'bundle.tar.gz'));
  const bundle = await loadBundle(await readFile(path));
  const engine = await createEngine({ bundle, threads: 1, evaluationMs: 60_000, builds: true });
  t.teardown(() => engine.close());
  const objects = createMeshObjects();
  const children = createChildren();
  const store = createStore(objects, children);
  const copyReaders = createCopyReaders();
  // However slow the machine is, nothing is forgotten before the test lets time go on.
  const newMemory = () => createWritten(() => scene.skew);
  let written = newMemory();
  const intake = createIntake({
    objects,
    children,
    inventory: engine.inventory,
    written: () => written,
    copyReaders,
    enqueue() {},
  });
  let missing: readonly string[] | undefined;
  const watches = startWatches({
    cluster,
    intake,
    log: QUIET,
    fieldManager: FIELD_MANAGER,
    types: typesMadeBy(bundle),
    onWatchEvent() {},
    onServed() {},
    onProgress(now) {
      missing = now;
    },
  });
  t.teardown(() => watches.stop());
  await until(() => missing?.length === 0, { seen: () => missing });

  const writes: string[] = [];
  const events: (ObjectEvent & { name: string })[] = [];
  const depsNow = (): Deps => ({
    store,
    engine,
    cluster,
    served: watches.served,
    events: { record: (object, event) => events.push({ ...event, name: object.metadata.name }) },
    written,
    copyReaders,
    mayWrite: () => scene.leads,
    now: () => new Date(Date.now() + scene.skew),
    failures: () => 0,
    log: QUIET,
    metrics: {
      active() {},
      reconciled() {},
      panicked() {},
      wrote: (kind, action) => writes.push(`${action} ${kind}`),
    },
  });
  const scene: Scene = {
    plane,
    cluster,
    engine,
    store,
    served: watches.served,
    events,
    writes,
    skew: 0,
    leads: true,
    reconcile: key => reconcile(key, depsNow(), new AbortController().signal),
    async reconcileAll() {
      const results: (ReconcileOutcome | Error)[] = [];
      for (const kind of RECONCILED_KINDS)
        for (const key of store.keys(kind))
          results.push(await scene.reconcile(key).catch((error: unknown) => error as Error));
      return results;
    },
    async catchUp() {
      await until(() => isCaughtUp(scene, typesMadeBy(bundle), children.size));
    },
    settle: () =>
      until(async () => {
        await scene.catchUp();
        writes.length = 0;
        await scene.reconcileAll();
        return writes.length === 0;
      }),
    restart() {
      written = newMemory();
    },
  };
  return scene;
}

/** The Ready condition, as the API server has it. */
export async function conditionsOf(
  scene: Scene,
  kind: string,
  name: string,
  namespace?: string,
): Promise<Record<string, { status: string; reason: string; message: string }>> {
  const object = await scene.cluster.get({ apiVersion: 'dappmesh.io/v1alpha1', kind, namespace, name });
  const { conditions = [] } = object['status'] as {
    conditions?: { type: string; status: string; reason: string; message: string }[];
  };
  return Object.fromEntries(
    conditions.map(({ type, status, reason, message }) => [type, { status, reason, message }]),
  );
}

async function isCaughtUp(scene: Scene, types: readonly string[], known: () => number): Promise<boolean> {
  const { cluster, store } = scene;
  // Also the kind that nobody reconciles: others are built by it.
  for (const { kind } of KINDS) {
    const resource = await cluster.discover('dappmesh.io/v1alpha1', kind);
    const items = await cluster.list({ resource, metadataOnly: true });
    if (items.length !== [...store.keys(kind)].length) return false;
    for (const { metadata } of items) {
      const { namespace = '', name } = metadata;
      if (store.get({ kind, namespace, name })?.metadata['resourceVersion'] !== metadata.resourceVersion)
        return false;
    }
  }
  const children = await childrenIn(scene, types, { metadataOnly: true });
  if (children.length !== known()) return false;
  return children.every(
    ({ apiVersion, kind, metadata }) =>
      store.child({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name })?.object.metadata
        .resourceVersion === metadata.resourceVersion,
  );
}

/** What the controllers of a cluster would do: volumes that are bound, workloads that run, jobs that end well. */
export async function completeChildren(scene: Scene): Promise<void> {
  const workloads = await childrenIn(scene, [
    'v1/PersistentVolumeClaim',
    'apps/v1/Deployment',
    'apps/v1/StatefulSet',
    'batch/v1/Job',
  ]);
  for (const { apiVersion, kind, metadata, spec } of workloads) {
    const replicas = (spec as { replicas?: number }).replicas ?? 1;
    const status = ENDS[kind] ?? runningStatus(kind, replicas, metadata.generation);
    const ref = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
    await scene.cluster.patch(
      ref,
      { type: 'merge', fields: { status } },
      { subresource: 'status', fieldManager: 'kube-controller-manager' },
    );
  }
}

const ENDS: Readonly<Record<string, object>> = {
  PersistentVolumeClaim: { phase: 'Bound' },
  Job: {
    startTime: '2026-01-01T00:00:00Z',
    completionTime: '2026-01-01T00:01:00Z',
    succeeded: 1,
    conditions: ['SuccessCriteriaMet', 'Complete'].map(type => ({ type, status: 'True' })),
  },
};

function runningStatus(kind: string, replicas: number, generation: number | undefined): object {
  const common = {
    observedGeneration: generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
  };
  const available = { ...common, availableReplicas: replicas };
  if (kind === 'StatefulSet') return { ...available, currentRevision: 'a', updateRevision: 'a' };
  const conditions = [
    { type: 'Available', status: 'True' },
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
  ];
  return { ...available, conditions };
}
