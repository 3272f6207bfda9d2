// Whose a living child is: the reconciler touches only what it has made itself, for this owner.

import { wasAppliedBy } from '../../../cluster/applied-by.ts';
import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import { keepsWithoutOwner } from '../../../policies/engine/children/child.ts';
import { controllerOf } from '../../../policies/engine/children/controller-reference.ts';
import { FIELD_MANAGER } from '../../../policies/engine/children/field-manager.ts';
import { holderOf } from '../../../policies/engine/children/holder.ts';
import type { LiveObjects } from '../live-objects.ts';
import { keyOf } from '../tree.ts';

/**
 * Why the reconciler would leave a living object of the wanted name alone; undefined when it would not. An owner that
 * is gone holds nothing any more.
 */
export function foreignReason(
  live: KubernetesObject,
  wanted: ChildObject,
  owners: LiveObjects,
): string | undefined {
  const holder = holderOf(
    live,
    wanted,
    ({ kind, namespace, name }) => owners.get(keyOf(kind, namespace, name))?.metadata['uid'],
  );
  if (holder !== undefined) return `it belongs to ${holder}`;
  if (keepsWithoutOwner(wanted)) return undefined;
  const controller = controllerOf(live.metadata);
  const isOwn = controller !== undefined && controller.uid === controllerOf(wanted.metadata)?.uid;
  return isOwn || wasAppliedBy(FIELD_MANAGER, live.metadata)
    ? undefined
    : 'it exists and is not made by DappMesh';
}
