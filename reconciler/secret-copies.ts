// Values that a Secret takes over from another one, of another namespace perhaps: a pod reads Secrets of its own only.

import type { ObjectRef } from '../cluster/kubernetes-object.ts';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import { COPY_ANNOTATION } from '../policies/engine/children/secret-readers.ts';
import type { Store } from './deps.ts';
import { dataOf } from './secrets.ts';

/** One value, and where it comes from. */
export interface Copy {
  readonly key: string;
  readonly from: ObjectRef & { readonly namespace: string };
  readonly fromKey: string;
}

/** The Secret with what it copies, as far as that is there. Only from what DappMesh itself has made. */
export function copiedFrom(find: Store['child'], desired: ChildObject): ChildObject {
  const values = copiesOf(desired).map(copy => [copy.key, valueOf(copy, find)] as const);
  const found = values.filter(([, value]) => value !== undefined);
  if (found.length === 0) return desired;
  return { ...desired, data: { ...dataOf(desired['data']), ...Object.fromEntries(found) } };
}

/** What it is to copy and is not there, in words. */
export function missingCopies(find: Store['child'], desired: ChildObject): string[] {
  return copiesOf(desired)
    .filter(copy => valueOf(copy, find) === undefined)
    .map(({ from, fromKey }) => `Secret ${from.namespace}/${from.name} has no key ${fromKey} yet`);
}

function valueOf({ from, fromKey }: Copy, find: Store['child']): unknown {
  const source = find(from);
  return source?.ours === true ? dataOf(source.object['data'])[fromKey] : undefined;
}

/** What an object copies; only a Secret does. */
export function copiesOf({ apiVersion, kind, metadata }: ChildObject): Copy[] {
  const asked = metadata.annotations?.[COPY_ANNOTATION];
  if (apiVersion !== 'v1' || kind !== 'Secret' || asked === undefined) return [];
  return asked.split(',').map(text => {
    const [key = '', source = ''] = text.trim().split('=');
    const [namespace = '', name = '', fromKey = ''] = source.split('/');
    return { key, from: { apiVersion: 'v1', kind: 'Secret', namespace, name }, fromKey };
  });
}
