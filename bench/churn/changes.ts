// A steady stream of changes that the webhook watches: mostly products somewhere in the mesh, every fifth one an
// agreement of the probe.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { pause } from '../measure.ts';
import { PRODUCTS } from '../mesh/mesh.ts';
import { productAt } from '../mesh/products.ts';
import { respecified } from '../mesh/rename.ts';
import type { Etcd } from '../plane/etcd.ts';
import type { Probe } from './probe.ts';

export interface ChangeDeps {
  readonly etcd: Etcd;
  readonly example: readonly MeshObject[];
  readonly probe: Probe;
}

export interface Changes {
  /** Ends the stream; gives how many changes there were. Throws what a write threw. */
  stop(): Promise<number>;
}

const PROBE_EVERY = 5;
/** Products change all over the mesh, not in order. */
const STRIDE = 7919;

export function startChanges(deps: ChangeDeps, perSecond: number): Changes {
  const begin = performance.now();
  const writes: Promise<unknown>[] = [];
  let stopped = false;
  const stream = (async () => {
    for (let number = 0; !stopped; number++) {
      const wait = begin + (number * 1000) / perSecond - performance.now();
      if (wait > 0) await pause(wait);
      const write = number % PROBE_EVERY === 0 ? deps.probe.turn() : changeProduct(deps, number);
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
function changeProduct({ etcd, example }: ChangeDeps, number: number): Promise<unknown> {
  const product = productAt(example, (number * STRIDE) % PRODUCTS);
  const residency = number % 2 === 0 ? 'eu-west' : 'eu-central';
  return etcd.write([respecified(product, { residency })]);
}
