// A steady stream of changes in the API server: mostly products somewhere in the mesh, every fifth one watched by
// the probe.

import type { Cluster } from '../../cluster/connect.ts';
import { pause } from '../measure.ts';
import { PRODUCTS } from '../mesh/mesh.ts';
import { namespaceOf, productName } from '../mesh/products.ts';
import type { Probe } from './probe.ts';

export interface Changes {
  /** Ends the stream; gives how many changes there were. Throws what a write threw. */
  stop(): Promise<number>;
}

const PROBE_EVERY = 5;
/** Products change all over the mesh, not in order. */
const STRIDE = 7919;

export function startChanges(cluster: Cluster, options: { perSecond: number; probe: Probe }): Changes {
  const begin = performance.now();
  const writes: Promise<unknown>[] = [];
  let stopped = false;
  const stream = (async () => {
    for (let number = 0; !stopped; number++) {
      const wait = begin + (number * 1000) / options.perSecond - performance.now();
      if (wait > 0) await pause(wait);
      const write = number % PROBE_EVERY === 0 ? options.probe.turn() : changeProduct(cluster, number);
      // Reported by `stop`; meanwhile a failure must not end the process.
      write.catch(() => undefined);
      writes.push(write);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await stream;
      await Promise.all(writes);
      return writes.length;
    },
  };
}

/** Residency is what other objects' policies read of a product, so the change reaches the inventory. */
function changeProduct(cluster: Cluster, number: number): Promise<unknown> {
  const product = (number * STRIDE) % PRODUCTS;
  const ref = {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'DataProduct',
    name: productName(product),
    namespace: namespaceOf(product),
  };
  const residency = number % 2 === 0 ? 'eu-west' : 'eu-central';
  return cluster.patch(ref, { type: 'merge', fields: { spec: { residency } } });
}
