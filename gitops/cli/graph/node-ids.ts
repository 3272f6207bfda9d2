// Names of nodes that no drawing language can misread: numbered in the order in which they first appear.

import type { Flow, MeshGraph } from './mesh-graph.ts';

export type Ids = (...parts: readonly string[]) => string;

/** Gives the same id for the same parts: `n1`, `n2`, … */
export function createIds(): Ids {
  const ids = new Map<string, string>();
  return (...parts) => {
    const key = JSON.stringify(parts);
    const id = ids.get(key) ?? `n${ids.size + 1}`;
    ids.set(key, id);
    return id;
  };
}

/** Where a flow starts: at its port, or at the product when the tree has no such port. */
export function startOf({ from }: Flow, graph: MeshGraph, id: Ids): string {
  const provider = graph.products.find(
    ({ namespace, name }) => namespace === from.namespace && name === from.product,
  );
  return provider?.ports.some(({ name }) => name === from.port)
    ? id('port', from.namespace, from.product, from.port)
    : id('product', from.namespace, from.product);
}

/** Products that are named but are not in the tree, so that their edges have an end. */
export function missingEnds(
  ends: Iterable<{ readonly namespace: string; readonly product: string }>,
  known: Iterable<{ readonly namespace: string; readonly name: string }>,
): { namespace: string; name: string }[] {
  const seen = new Set([...known].map(({ namespace, name }) => JSON.stringify([namespace, name])));
  const missing = [...ends].filter(({ namespace, product }) => {
    const key = JSON.stringify([namespace, product]);
    return !seen.has(key) && seen.add(key);
  });
  return missing.map(({ namespace, product }) => ({ namespace, name: product }));
}
