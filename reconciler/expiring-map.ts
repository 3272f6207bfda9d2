// A map whose entries live for so long and no longer: what is never asked for again takes no memory either.

export interface ExpiringMap<Key, Value> {
  readonly get: (key: Key) => Value | undefined;
  /** The life of the entry begins anew. */
  readonly set: (key: Key, value: Value) => void;
  readonly delete: (key: Key) => void;
  readonly keys: () => Iterable<Key>;
}

/** Makes an empty one; the clock gives milliseconds. */
export function createExpiringMap<Key, Value>(
  lifetimeMs: number,
  now: () => number,
): ExpiringMap<Key, Value> {
  const entries = new Map<Key, { readonly value: Value; readonly at: number }>();
  const isFresh = (at: number) => now() - at < lifetimeMs;
  return {
    get(key) {
      const found = entries.get(key);
      return found !== undefined && isFresh(found.at) ? found.value : undefined;
    },
    set(key, value) {
      // A map keeps the order in which entries came: the oldest are first.
      for (const [old, { at }] of entries) {
        if (isFresh(at)) break;
        entries.delete(old);
      }
      entries.delete(key);
      entries.set(key, { value, at: now() });
    },
    delete: key => void entries.delete(key),
    keys: () => entries.keys(),
  };
}
