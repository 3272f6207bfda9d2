// A real API server for tests, with objects and watches.

import type { Test } from 'tap';
import { type Cluster, connect } from '../../cluster/connect.ts';
import type { KubernetesObject, ObjectRef } from '../../cluster/kubernetes-object.ts';
import { type ResourceWatch, type WatchOptions, watchResource } from '../../cluster/watch.ts';
import type { WatchEvent } from '../../cluster/watch-events.ts';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';

export const CONFIG_MAPS = { group: '', version: 'v1', plural: 'configmaps' };

const BACKOFF = { minMs: 50, maxMs: 500, resetMs: 120_000 };

export interface Live {
  readonly plane: ControlPlane;
  /** Its admin. */
  readonly cluster: Cluster;
}

/** Starts an API server; the test ends it. */
export async function startLive(t: Test): Promise<Live> {
  const plane = await startControlPlane();
  const cluster = connect({ kubeconfig: plane.kubeconfig });
  t.teardown(async () => {
    await cluster.close();
    await plane.stop();
  });
  return { plane, cluster };
}

export interface Following {
  readonly watch: ResourceWatch;
  /** By name, what the handler was told last. */
  readonly state: Map<string, KubernetesObject>;
  readonly deleted: string[];
  readonly events: WatchEvent[];
}

/** Follows a collection until the test ends. */
export async function follow(
  t: Test,
  cluster: Cluster,
  selection: Pick<WatchOptions, 'resource' | 'namespace'>,
  timing: WatchOptions['timing'] = {},
): Promise<Following> {
  const state = new Map<string, KubernetesObject>();
  const deleted: string[] = [];
  const events: WatchEvent[] = [];
  const watch = watchResource(cluster, {
    ...selection,
    onChange({ type, object }) {
      const { name } = object.metadata;
      if (type === 'applied') state.set(name, object);
      else if (state.delete(name)) deleted.push(name);
    },
    onEvent: event => events.push(event),
    timing: { backoff: BACKOFF, ...timing },
  });
  t.teardown(() => watch.stop());
  return { watch, state, deleted, events };
}

/** Does the work for all, some at a time: a request that waits for its turn must not run out of its time. */
export async function forAll<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += 40)
    await Promise.all(items.slice(start, start + 40).map(work));
}

/** Makes a namespace of its own for a test. */
export async function newNamespace(cluster: Cluster): Promise<string> {
  const name = `test-${crypto.randomUUID().slice(0, 8)}`;
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

export function configMap(namespace: string, name: string, text: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { text } };
}

export function refTo(namespace: string, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
}
