// Several values per key; a key without values takes no memory.

export interface MultiMap<Key, Value> {
  readonly add: (key: Key, value: Value) => void;
  readonly remove: (key: Key, value: Value) => void;
  readonly get: (key: Key) => Iterable<Value>;
}

/** Makes an empty one. */
export function createMultiMap<Key, Value>(): MultiMap<Key, Value> {
  const sets = new Map<Key, Set<Value>>();
  return {
    add(key, value) {
      const set = sets.get(key);
      if (set === undefined) sets.set(key, new Set([value]));
      else set.add(value);
    },
    remove(key, value) {
      const set = sets.get(key);
      if (set?.delete(value) === true && set.size === 0) sets.delete(key);
    },
    get: key => sets.get(key) ?? [],
  };
}
