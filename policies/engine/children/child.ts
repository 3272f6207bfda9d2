// A child as it is applied: what the blueprint asked for, and what says whose it is. Pure.

import { createHash } from 'node:crypto';
import type { MeshObject } from '../verdict/review.ts';
import type { ChildObject } from './blueprint-item.ts';

export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGER = 'dappmesh';
export const OWNER_KIND_LABEL = 'dappmesh.io/owner-kind';
export const OWNER_NAME_LABEL = 'dappmesh.io/owner-name';
export const COMPONENT_LABEL = 'dappmesh.io/component';
/** Hash of what was asked for: tells a changed wish from a changed child. */
export const DESIRED_ANNOTATION = 'dappmesh.io/desired';
/** `disabled`: outlives its owner, and is not removed when no longer asked for. */
export const PRUNE_ANNOTATION = 'dappmesh.io/prune';

/** `granted`: gives others access, so that taking it away waits for nothing. */
export const ACCESS_ANNOTATION = 'dappmesh.io/access';

/** Labels that a value may not exceed (Kubernetes: 63 characters). */
const LABEL_LIMIT = 63;
const HASH_LENGTH = 16;

/**
 * Takes an object of a blueprint and the object that it is built for, which must have been stored (uid).
 * Gives it with labels, owner reference and the hash of what was asked for; without a uid there is no owner reference.
 */
export function finishChild(object: ChildObject, owner: MeshObject): ChildObject {
  const { labels, annotations, ...metadata } = object.metadata;
  const reference = keepsWithoutOwner(object) ? undefined : ownerReference(owner);
  const finished = {
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...labels,
        [MANAGED_BY_LABEL]: MANAGER,
        [OWNER_KIND_LABEL]: owner.kind,
        [OWNER_NAME_LABEL]: toLabelValue(owner.metadata.name),
      },
      ...(reference === undefined ? {} : { ownerReferences: [reference] }),
    },
  };
  const desired = createHash('sha256')
    .update(JSON.stringify({ ...finished, annotations }))
    .digest('hex')
    .slice(0, HASH_LENGTH);
  return {
    ...finished,
    metadata: { ...finished.metadata, annotations: { ...annotations, [DESIRED_ANNOTATION]: desired } },
  };
}

/** Whether the object stays when its owner goes or no longer asks for it. */
export function keepsWithoutOwner({ metadata }: Pick<ChildObject, 'metadata'>): boolean {
  return metadata.annotations?.[PRUNE_ANNOTATION] === 'disabled';
}

/** Whether the object gives somebody access: to change or remove it may take that access away. */
export function givesAccess({ metadata }: Pick<ChildObject, 'metadata'>): boolean {
  return metadata.annotations?.[ACCESS_ANNOTATION] === 'granted';
}

/** A name as a label's value: a longer one is cut and told apart by a hash. */
export function toLabelValue(name: string): string {
  if (name.length <= LABEL_LIMIT) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, LABEL_LIMIT - hash.length - 1)}-${hash}`;
}

/** A controller reference (meta/v1 OwnerReference): the garbage collector removes the child with its owner. */
function ownerReference({ apiVersion, kind, metadata }: MeshObject): Record<string, unknown> | undefined {
  const { uid } = metadata;
  if (typeof uid !== 'string') return undefined;
  return { apiVersion, kind, name: metadata.name, uid, controller: true, blockOwnerDeletion: true };
}
