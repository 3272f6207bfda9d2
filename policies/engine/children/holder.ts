// Whose a living child is: two owners that want the same object must not take turns. Pure.

import { isOurs, kindInfo } from '../../../schemas/kinds.ts';
import type { ChildObject } from './blueprint-item.ts';
import { OWNER_KIND_LABEL, OWNER_NAME_LABEL, toLabelValue } from './child.ts';
import { controllerOf } from './controller-reference.ts';

/** Names an object of DappMesh; `namespace` is empty in cluster scope. */
export interface OwnerKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The living owner of an object, if that is another one than the finished child is for: `DataProduct sales/orders`.
 * `uidOf` gives the uid of an object that lives.
 */
export function holderOf(
  live: Pick<ChildObject, 'metadata'>,
  desired: Pick<ChildObject, 'metadata'>,
  uidOf: (owner: OwnerKey) => unknown,
): string | undefined {
  const controller = controllerOf(live.metadata);
  if (controller !== undefined && !isOurs(controller.apiVersion))
    return `${controller.kind} ${controller.name}`;
  const kind = controller?.kind ?? live.metadata.labels?.[OWNER_KIND_LABEL];
  const name = controller?.name ?? live.metadata.labels?.[OWNER_NAME_LABEL];
  if (kind === undefined || name === undefined) return undefined;
  const { labels = {} } = desired.metadata;
  if (kind === labels[OWNER_KIND_LABEL] && toLabelValue(name) === labels[OWNER_NAME_LABEL]) return undefined;
  const isNamespaced = kindInfo(kind)?.scope === 'Namespaced';
  const key = { kind, namespace: isNamespaced ? (live.metadata.namespace ?? '') : '', name };
  const uid = uidOf(key);
  // One of the same name that is gone: the garbage collector has not come by yet.
  if (uid === undefined || (controller !== undefined && controller.uid !== uid)) return undefined;
  return nameOf(key);
}

function nameOf({ kind, namespace, name }: OwnerKey): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
