// The mesh that everything is measured with: the example, many products, and candidates for creation.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { Inventory } from '../../policies/inventory/inventory.ts';
import type { Projection } from '../../policies/inventory/projection.ts';
import { type Candidate, makeCandidates } from './candidates.ts';
import { readExample } from './example.ts';
import { benchDomain, makeProducts } from './products.ts';

/** Products beside the example's eight. */
export const PRODUCTS = 10_000;

const CANDIDATES = 24;

export interface Mesh {
  readonly candidates: readonly Candidate[];
  /** Everything that exists: candidates do not, but what they refer to does. */
  objects(): Iterable<MeshObject>;
}

/** A mesh of the example and `count` further products, made as it is read. */
export async function makeMesh(count: number): Promise<Mesh> {
  const example = await readExample();
  const candidates = makeCandidates(example, CANDIDATES);
  return {
    candidates,
    *objects() {
      yield* example;
      for (const { support } of candidates) yield* support;
      yield benchDomain(example, count);
      yield* makeProducts(example, count);
    },
  };
}

/** Puts the whole mesh into an inventory. */
export function fill(inventory: Pick<Inventory, 'apply'>, mesh: Mesh): void {
  for (const object of mesh.objects()) inventory.apply(object);
}

/** The JSON text of the mesh as policies see it: `{"inventory": …, "index": …}`. */
export async function meshData(projection: Projection, mesh: Mesh): Promise<Uint8Array<ArrayBuffer>> {
  const inventory = new Inventory(projection);
  fill(inventory, mesh);
  return inventory.snapshot();
}
