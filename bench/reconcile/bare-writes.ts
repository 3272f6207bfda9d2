// The ceiling: the same writes as the reconciler's, sent by a loop that does nothing else. Children are applied, each
// product's status is applied, and an event is recorded, in the proportions in which the reconciler wrote them.

import type { Cluster } from '../../cluster/connect.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';

export interface BareWrites {
  readonly writes: number;
  readonly seconds: number;
  readonly perSecond: number;
}

const MANAGER = 'bench';

/** Sends the writes over `lanes` requests at a time. Throws when one is refused. */
export async function writeBare(
  cluster: Cluster,
  children: readonly KubernetesObject[],
  products: readonly KubernetesObject[],
  lanes: number,
): Promise<BareWrites> {
  const tasks = [
    ...children.map(child => () => cluster.apply(child, { fieldManager: MANAGER })),
    ...products.flatMap(product => [() => writeStatus(cluster, product), () => writeEvent(cluster, product)]),
  ];
  const shuffled = tasks
    .map((task, i) => ({ task, at: (i * 7919) % tasks.length }))
    .toSorted((a, b) => a.at - b.at);
  const queue = shuffled.values();
  const startedAt = performance.now();
  const lane = async (): Promise<void> => {
    for (const { task } of queue) await task();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const seconds = (performance.now() - startedAt) / 1000;
  return { writes: tasks.length, seconds, perSecond: tasks.length / seconds };
}

/** The status as it stands under another manager, one field of it changed. */
function writeStatus(cluster: Cluster, product: KubernetesObject): Promise<unknown> {
  const { name, namespace } = product.metadata;
  const status = { ...(product['status'] as object), snapshot: `sha256:${'0'.repeat(64)}` };
  const { apiVersion, kind } = product;
  const object = {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    status,
  };
  return cluster.apply(object, { fieldManager: MANAGER, force: true, subresource: 'status' });
}

function writeEvent(cluster: Cluster, { apiVersion, kind, metadata }: KubernetesObject): Promise<unknown> {
  const { name, namespace, uid } = metadata;
  return cluster.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.bare`, ...(namespace === undefined ? {} : { namespace }) },
    involvedObject: { apiVersion, kind, name, namespace, uid },
    reason: 'Progressing',
    message: 'the same length as an event of the reconciler, which names what is awaited',
    type: 'Normal',
    source: { component: MANAGER },
  });
}
