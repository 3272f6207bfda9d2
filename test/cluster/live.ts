// Objects and watches for tests against a real API server.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Cluster } from '../../cluster/connect.ts';
import type { KubernetesObject, ObjectRef } from '../../cluster/kubernetes-object.ts';
import { type ResourceWatch, type WatchOptions, watchResource } from '../../cluster/watch.ts';
import type { WatchEvent } from '../../cluster/watch-events.ts';

export const CONFIG_MAPS = { group: '', version: 'v1', plural: 'configmaps' };

const BACKOFF = { minMs: 50, maxMs: 500, resetMs: 120_000 };

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

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
