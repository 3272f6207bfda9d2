// A real API server with the example mesh, and reconcilers as real processes.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { ApiError } from '../../../cluster/api-error.ts';
import { type Cluster, connect } from '../../../cluster/connect.ts';
import type { KubernetesObject, ObjectRef } from '../../../cluster/kubernetes-object.ts';
import { loadBundle } from '../../../policies/engine/loading/bundle.ts';
import { typesMadeBy } from '../../../reconciler/bundle.ts';
import { RECONCILED_KINDS } from '../../../reconciler/store/dependents.ts';
import { type ControlPlane, startControlPlane } from '../../../tools/control-plane.ts';
import { applyExamples } from '../../apply-examples.ts';
import { shippedBundle } from '../../shipped-bundle.ts';
import { until } from '../../until.ts';
import { childrenIn } from '../children-in.ts';
import { type ReconcilerProcess, startReconcilerProcess } from '../reconciler-process.ts';

/**
 * No lease is lost and nothing cut off because the machine is busy: whoever wants a lease lost sees to it
 * (failover.test.ts).
 */
const TIMES = [
  '--lease-duration=3600s',
  '--lease-renew-deadline=3000s',
  '--lease-retry=300ms',
  '--evaluation-time=60s',
  '--reconcile-time=10m',
];

export interface ProcessScene {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly bundle: string;
  /** The kinds of children that the bundle asks for. */
  readonly types: readonly string[];
  /** Those that run. */
  readonly reconcilers: ReadonlySet<ReconcilerProcess>;
  /** Starts a reconciler that the test ends; arguments come before those that every test needs. */
  reconciler(t: Test, ...args: string[]): Promise<ReconcilerProcess>;
  /** The same, with arguments for Node before those for the reconciler. */
  reconcilerOn(t: Test, nodeArgs: readonly string[], ...args: string[]): Promise<ReconcilerProcess>;
  /** The object, or undefined when it is not there. */
  find(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  /** Status and reason of the Ready condition: `True Succeeded`; empty without one. */
  readyOf(kind: string, path: string): Promise<string>;
  /** All children, by `Kind namespace/name`. */
  children(): Promise<Children>;
  kubectl(...args: string[]): Promise<string>;
}

/** The kinds of children that tests look at. */
const LOOKED_AT = ['v1/ConfigMap', 'v1/Service', 'apps/v1/StatefulSet', 'networking.k8s.io/v1/NetworkPolicy'];

/** Boots everything that does not change between tests; `domains` are those whose products are applied. */
export async function openProcessScene(t: Test, domains: readonly string[]): Promise<ProcessScene> {
  const bundle = join(t.testdir({}), 'bundle.tar.gz');
  const [plane] = await Promise.all([startControlPlane(), shippedBundle(bundle)]);
  t.teardown(() => plane.stop());
  const types = typesMadeBy(await loadBundle(await readFile(bundle)));
  const cluster = connect({ kubeconfig: plane.kubeconfig });
  t.teardown(() => cluster.close());
  const reconcilers = new Set<ReconcilerProcess>();
  const scene: ProcessScene = {
    reconcilers,
    plane,
    cluster,
    bundle,
    types,
    reconciler: (test, ...args) => scene.reconcilerOn(test, [], ...args),
    async reconcilerOn(test, nodeArgs, ...args) {
      const isGiven = (option: string) => args.some(arg => arg.split('=')[0] === option.split('=')[0]);
      const common = [...TIMES, `--kubeconfig=${plane.kubeconfig}`, `--bundle=${bundle}`];
      const all = [...common.filter(arg => !isGiven(arg)), ...args];
      const reconciler = await startReconcilerProcess(all, nodeArgs);
      reconcilers.add(reconciler);
      void reconciler.exited.then(() => reconcilers.delete(reconciler));
      test.teardown(() => reconciler.stop());
      return reconciler;
    },
    find: ref => cluster.get(ref).catch(unlessMissing),
    async readyOf(kind, path) {
      const [name = '', namespace] = path.split('/').toReversed();
      const object = await scene.find({ apiVersion: 'dappmesh.io/v1alpha1', kind, namespace, name });
      const status = object?.['status'] as { conditions?: Record<string, string>[] } | undefined;
      const ready = status?.conditions?.find(condition => condition['type'] === 'Ready');
      return ready === undefined ? '' : `${ready['status']} ${ready['reason']}`;
    },
    async children() {
      const found = new Map<string, KubernetesObject>();
      for (const type of LOOKED_AT) {
        const slash = type.lastIndexOf('/');
        const resource = await cluster.discover(type.slice(0, slash), type.slice(slash + 1));
        const labelSelector = 'app.kubernetes.io/managed-by=dappmesh';
        for (const object of await cluster.list({ resource, labelSelector }))
          found.set(`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object);
      }
      return found;
    },
    async kubectl(...args) {
      const { code, stdout, stderr } = await plane.kubectl(args);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
  };
  await applyExamples(plane, domains);
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'dappmesh-system' } });
  return scene;
}

type Children = ReadonlyMap<string, KubernetesObject>;

/** When for two looks in a row nothing was under way, waiting, unseen, out of date or changed; gives the children. */
export async function settled(scene: ProcessScene): Promise<Children> {
  let children: Children = new Map();
  let before = '';
  let now = '';
  const isSame = async () => {
    before = now;
    children = await scene.children();
    now = (await isAtRest(scene)) ? versionsOf(children) : '';
    return now !== '' && now === before;
  };
  await until(isSame, { pauseMs: 1_000, seen: () => now || 'something is under way' });
  return children;
}

async function isAtRest(scene: ProcessScene): Promise<boolean> {
  const { cluster, reconcilers, types } = scene;
  const children = (await childrenIn(scene, types, { metadataOnly: true })).length;
  for (const reconciler of reconcilers) {
    // In this order: what was seen first may be under way since.
    if ((await reconciler.metric('dappmesh_reconciler_children')) !== children) return false;
    if (!(await reconciler.isIdle())) return false;
  }
  for (const kind of RECONCILED_KINDS) {
    const resource = await cluster.discover('dappmesh.io/v1alpha1', kind);
    for (const { metadata, status } of await cluster.list({ resource })) {
      const { observedGeneration } = (status ?? {}) as { observedGeneration?: number };
      if (observedGeneration !== metadata.generation) return false;
    }
  }
  return true;
}

function versionsOf(children: Children): string {
  return [...children].map(([id, { metadata }]) => `${id} ${metadata.resourceVersion}`).join('\n');
}

/** Gives nothing for an answer that there is none of it; throws anything else. */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}
