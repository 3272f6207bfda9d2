// Desired and observed → what to do. Pure: the same answer for the same state, and none to do once it is done.

import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import { DESIRED_ANNOTATION, givesAccess, keepsWithoutOwner } from '../policies/engine/children/child.ts';
import { controllerOf } from '../policies/engine/children/controller-reference.ts';
import { holdOf, unwantedOf } from '../policies/engine/children/unwanted.ts';
import { contains } from './comparing/contains.ts';
import type { ObservedChild } from './deps.ts';
import { isNewer } from './resource-version.ts';
import { lacksGenerated, type MadeUp } from './secrets.ts';
import type { WrittenChild } from './written.ts';

/** One desired child, and what is known of it. */
export interface WantedChild {
  /** Finished: labels, owner reference, hash of what was asked for. */
  readonly desired: ChildObject;
  readonly live: ObservedChild | undefined;
  /** Somebody else whose child it is: `DataProduct sales/orders`. */
  readonly holder: string | undefined;
  readonly written: WrittenChild | undefined;
  /** Of a Secret that there is not: the values that it is to be created with. */
  readonly madeUp?: MadeUp | undefined;
  /** It depends on values that are only being made. */
  readonly isUndecided?: boolean;
}

export interface Observed {
  readonly ownerUid: string;
  readonly wanted: readonly WantedChild[];
  /** All children that there are, wanted or not; those whose removal was already accepted are left out. */
  readonly children: readonly ObservedChild[];
  /** Components that somebody uses; the empty text stands for all. */
  readonly held: ReadonlySet<string>;
}

/** What becomes of one desired child. */
export type Step =
  | { readonly action: 'create'; readonly desired: ChildObject; readonly madeUp?: MadeUp }
  | { readonly action: 'update'; readonly desired: ChildObject; readonly live: KubernetesObject }
  /** Nothing to do. */
  | { readonly action: 'keep'; readonly desired: ChildObject; readonly live: KubernetesObject }
  /** It was written, by another owner perhaps, or what it reads was, and the watch has not shown that yet. */
  | { readonly action: 'await'; readonly desired: ChildObject }
  /** On its way out; it is made anew once it is gone. */
  | { readonly action: 'terminating'; readonly desired: ChildObject; readonly live: KubernetesObject }
  /** It belongs to somebody else. */
  | { readonly action: 'refuse'; readonly desired: ChildObject; readonly holder: string };

export interface Plan {
  /** In the order of what is desired. */
  readonly steps: readonly Step[];
  /** What is no longer desired. */
  readonly prune: readonly KubernetesObject[];
  /** What is no longer desired and stays because somebody uses it. */
  readonly held: readonly KubernetesObject[];
}

/** Plans one owner's children. */
export function planChanges(observed: Observed): Plan {
  const { wanted, held, ownerUid } = observed;
  const desired = wanted.map(child => child.desired);
  const made = observed.children.filter(({ ours }) => ours).map(({ object }) => object);
  const unwanted = unwantedOf(made, desired, ownerUid);
  const isHeld = (child: KubernetesObject) => holdOf(child, held, desired) !== undefined;
  return {
    steps: wanted.map(child => toStep(child, ownerUid)),
    prune: unwanted.filter(child => !isHeld(child)),
    held: unwanted.filter(isHeld),
  };
}

/**
 * The part of a plan that may take access away from somebody, which waits for nothing. Nothing is made: what is not
 * there gives no access, and may be meant for a place that is not the owner's. Labels alone give none either.
 */
export function accessOf({ steps, prune }: Plan): Pick<Plan, 'steps' | 'prune'> {
  return {
    steps: steps.filter(
      step => step.action === 'update' && givesAccess(step.desired) && !givesTheSame(step.live, step.desired),
    ),
    prune: prune.filter(givesAccess),
  };
}

/** Neither says anything but labels and the like that the other does not: what is no longer desired may be access. */
function givesTheSame(live: KubernetesObject, desired: ChildObject): boolean {
  const [is, wanted] = [contentOf(live), contentOf(desired)];
  return contains(is, wanted) && contains(wanted, is);
}

function contentOf({ apiVersion, kind, status: _status, metadata: { name }, ...rest }: KubernetesObject) {
  return { ...rest, apiVersion, kind, metadata: { name } };
}

/** What an apply of this object would leave as it is, in a few bytes: everything but status and bookkeeping. */
export function digestOf({ status: _status, metadata, ...rest }: KubernetesObject): string {
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata;
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, metadata: kept }))
    .digest('base64url');
}

/** The hash of what was asked for, as `finishChild` puts it on the object. */
export function desiredHash({ metadata }: Pick<ChildObject, 'metadata'>): string {
  return metadata.annotations?.[DESIRED_ANNOTATION] ?? '';
}

/** The uid of the object that controls this one. */
function controllerUid({ metadata }: ChildObject | KubernetesObject): string | undefined {
  return controllerOf(metadata)?.uid;
}

function toStep(wanted: WantedChild, ownerUid: string): Step {
  const { desired, live: observed, holder, written } = wanted;
  if (wanted.isUndecided === true) return { action: 'await', desired };
  const live = observed?.object;
  if (written !== undefined && isNewer(written.resourceVersion, live?.metadata.resourceVersion)) {
    const isAnothers = written.owner !== (controllerUid(desired) ?? '') && live !== undefined;
    if (written.desired === desiredHash(desired) || isAnothers) return { action: 'await', desired };
    return live === undefined ? { action: 'create', desired } : { action: 'update', desired, live };
  }
  if (observed === undefined || live === undefined)
    return wanted.madeUp === undefined
      ? { action: 'create', desired }
      : { action: 'create', desired, madeUp: wanted.madeUp };
  if (holder !== undefined) return { action: 'refuse', desired, holder };
  if (live.metadata.deletionTimestamp !== undefined) return { action: 'terminating', desired, live };
  if (!observed.ours && controllerUid(live) !== ownerUid && !keepsWithoutOwner(desired))
    return { action: 'refuse', desired, holder: 'somebody else' };
  return isInShape(desired, live, written)
    ? { action: 'keep', desired, live }
    : { action: 'update', desired, live };
}

function isInShape(desired: ChildObject, live: KubernetesObject, written: WrittenChild | undefined): boolean {
  if (lacksGenerated(desired, live)) return false;
  if (contains(live, desired)) return true;
  // An apply has shown before that the difference is none.
  return (
    written?.settled !== undefined &&
    written.desired === desiredHash(desired) &&
    written.settled === digestOf(live)
  );
}
