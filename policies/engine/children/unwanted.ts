// Living children that their owner no longer asks for: which are to go, and which stay because somebody uses them. Pure.

import type { ChildObject } from './blueprint-item.ts';
import { COMPONENT_LABEL, givesAccess, keepsWithoutOwner, MANAGED_BY_LABEL, MANAGER } from './child.ts';
import { controllerOf } from './controller-reference.ts';

/** What is looked at of a child. */
export type ChildShape = Pick<ChildObject, 'apiVersion' | 'kind' | 'metadata'>;

/** Of children that we have applied: those made for this owner, meant to go with it, and not desired. */
export function unwantedOf<Child extends ChildShape>(
  children: readonly Child[],
  desired: readonly ChildShape[],
  ownerUid: string,
): Child[] {
  const wanted = new Set(desired.map(identityOf));
  return children.filter(
    child =>
      child.metadata['deletionTimestamp'] === undefined &&
      child.metadata.labels?.[MANAGED_BY_LABEL] === MANAGER &&
      ownerUid !== '' &&
      controllerOf(child.metadata)?.uid === ownerUid &&
      !keepsWithoutOwner(child) &&
      !wanted.has(identityOf(child)),
  );
}

/**
 * Of components that are used, the first that keeps up a child that is not desired; the empty text stands for all.
 * Access that others of a component's users have does not keep up the access of one: it ends with its grant.
 */
export function holdOf(
  child: ChildShape,
  held: ReadonlySet<string>,
  desired: readonly ChildShape[],
): string | undefined {
  // Nobody uses a Job: one that another has replaced would only undo what that one did.
  if (child.kind === 'Job') return undefined;
  const component = componentOf(child);
  const isGiven = component === '' || desired.some(other => componentOf(other) === component);
  if (givesAccess(child) && isGiven) return undefined;
  return ['', component].find(each => held.has(each));
}

function componentOf({ metadata }: ChildShape): string {
  return metadata.labels?.[COMPONENT_LABEL] ?? '';
}

/** The version does not count: the same object may be seen through another one. */
function identityOf({ apiVersion, kind, metadata }: ChildShape): string {
  const group = apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
  return [group, kind, metadata.namespace ?? '', metadata.name].join('\n');
}
