// Names of nodes that no drawing language can misread: numbered in the order in which they first appear.

/** Gives the same id for the same parts: `p1`, `p2`, … */
export function createIds(): (...parts: readonly string[]) => string {
  const ids = new Map<string, string>();
  return (...parts) => {
    const key = JSON.stringify(parts);
    const id = ids.get(key) ?? `n${ids.size + 1}`;
    ids.set(key, id);
    return id;
  };
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
