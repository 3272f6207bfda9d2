// The name of one object of DappMesh, as queue, store and graph use it.

import type { OwnerKey } from '../policies/engine/children/holder.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';

/** Names what is reconciled, as its children name their owner. */
export type Key = OwnerKey;

/** A key as one text: `DataProduct/sales/orders`, `Domain//sales`. */
export type KeyText = `${string}/${string}/${string}`;

export function toText({ kind, namespace, name }: Key): KeyText {
  return `${kind}/${namespace}/${name}`;
}

export function toKey(text: KeyText): Key {
  const [kind = '', namespace = '', name = ''] = text.split('/');
  return { kind, namespace, name };
}

export function keyOfObject({ kind, metadata }: Pick<MeshObject, 'kind' | 'metadata'>): Key {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}
