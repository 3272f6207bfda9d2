// A mesh that nobody has built yet, and a reconciler that starts: how long until everything is as it should be, with how
// many writes, and what the process costs from then on.

import type { Cluster } from '../../cluster/connect.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { cpuMs, peakRssMiB, rssMiB } from '../machine/usage.ts';
import { pause } from '../measure.ts';
import type { Reconciler } from '../servers/reconciler.ts';

export interface Built {
  readonly seconds: number;
  readonly writes: number;
  readonly cpuSeconds: number;
  readonly rssMiB: number;
  readonly peakRssMiB: number;
}

export interface Steady {
  readonly seconds: number;
  readonly writes: number;
  /** Share of one core. */
  readonly cpuShare: number;
}

export const PRODUCTS = {
  apiVersion: 'dappmesh.io/v1alpha1',
  resource: { group: 'dappmesh.io', version: 'v1alpha1', plural: 'dataproducts' },
} as const;

const LOOK_MS = 200;
/** Nothing waiting, nothing under way and nothing written for this long is the end. */
const QUIET_MS = 3000;

/** Waits until nothing is left to do; the clock stops at the last write. Throws when a product was not looked at. */
export async function untilBuilt(
  reconciler: Reconciler,
  startedAt: number,
  limitMs: number,
  say: (line: string) => void,
): Promise<Built> {
  let writes = 0;
  let lastWriteAt = performance.now();
  let saidAt = lastWriteAt;
  for (;;) {
    const [now, depth] = await Promise.all([reconciler.writes(), reconciler.depth()]);
    const at = performance.now();
    if (now !== writes) [writes, lastWriteAt] = [now, at];
    if (depth === 0 && writes > 0 && at - lastWriteAt > QUIET_MS) break;
    if (at - startedAt > limitMs)
      throw new Error(`not built within ${limitMs / 1000} s: ${depth} keys are waiting`);
    if (at - saidAt > 15_000) {
      say(`${writes} writes, ${depth} keys waiting`);
      saidAt = at;
    }
    await pause(LOOK_MS);
  }
  return {
    seconds: (lastWriteAt - startedAt) / 1000,
    writes,
    cpuSeconds: cpuMs(reconciler.pid) / 1000,
    rssMiB: rssMiB(reconciler.pid),
    peakRssMiB: peakRssMiB(reconciler.pid),
  };
}

/** Watches a built mesh in which nothing changes. */
export async function observeSteady(reconciler: Reconciler, seconds: number): Promise<Steady> {
  const [writes, cpu] = [await reconciler.writes(), cpuMs(reconciler.pid)];
  await pause(seconds * 1000);
  const used = cpuMs(reconciler.pid) - cpu;
  return { seconds, writes: (await reconciler.writes()) - writes, cpuShare: used / (seconds * 1000) };
}

/** Every product's status speaks of its present spec, or what was measured was not the work. */
export async function proveBuilt(cluster: Cluster): Promise<void> {
  const products = await cluster.list({ resource: PRODUCTS.resource });
  const behind = products.filter(product => observedGenerationOf(product) !== product.metadata.generation);
  if (behind.length > 0)
    throw new Error(
      `${behind.length} of ${products.length} products were not reconciled, one is ${behind[0]?.metadata.name}`,
    );
}

function observedGenerationOf(product: KubernetesObject): unknown {
  return (product['status'] as { observedGeneration?: unknown } | undefined)?.observedGeneration;
}
