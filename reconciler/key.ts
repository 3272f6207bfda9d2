// The name of one object of DappMesh, as queue, store and graph use it.

import type { MeshObject } from '../policies/engine/verdict/review.ts';

/** Names one object of DappMesh; `namespace` is empty in cluster scope. */
export interface Key {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

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
