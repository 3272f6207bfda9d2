// Everything that is watched, as reconciles read it.

import type { Store } from '../deps.ts';
import { toKey } from '../key.ts';
import type { Children } from './children.ts';
import type { MeshObjects } from './mesh-objects.ts';

/** Puts the two halves together. Everything read is unpacked anew: what a reader does with it is its own business. */
export function createStore(objects: MeshObjects, children: Children): Store {
  return {
    get: objects.get,
    keys: objects.keys,
    child: children.child,
    childrenOf: children.childrenOf,
    contractsOf: (namespace, product) =>
      [...objects.linkedTo({ kind: 'DataProduct', namespace, name: product })]
        .map(toKey)
        .filter(({ kind }) => kind === 'DataContract')
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(key => ({ name: key.name, spec: objects.get(key)?.spec ?? {} })),
  };
}
