// Drift to repair: a child is deleted, and the time runs until it is there again.

import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/connect.ts';
import { type KubernetesObject, refOf } from '../../cluster/kubernetes-object.ts';
import { pause } from '../measure.ts';

const PATIENCE_MS = 30_000;
const LOOK_MS = 2;

/** Gives the milliseconds of each repair. Throws when a child does not come back. */
export async function measureDrift(
  cluster: Cluster,
  children: readonly KubernetesObject[],
): Promise<number[]> {
  const times: number[] = [];
  for (const child of children) {
    await cluster.remove(refOf(child));
    const startedAt = performance.now();
    while (!(await isBack(cluster, child))) {
      if (performance.now() - startedAt > PATIENCE_MS)
        throw new Error(`${child.kind} ${child.metadata.name} was deleted and did not come back`);
      await pause(LOOK_MS);
    }
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function isBack(cluster: Cluster, child: KubernetesObject): Promise<boolean> {
  try {
    return (await cluster.get(refOf(child))).metadata.uid !== child.metadata.uid;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
