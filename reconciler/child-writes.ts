// The requests that write one child: create, update, remove. All by server-side apply without force, but for what was
// edited by hand.

import { wasAppliedBy } from '../cluster/applied-by.ts';
import { isFieldConflict, isHandEdit } from '../cluster/field-conflict.ts';
import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import { keepsWithoutOwner } from '../policies/engine/children/child.ts';
import { controllerOf } from '../policies/engine/children/controller-reference.ts';
import { FIELD_MANAGER } from '../policies/engine/children/field-manager.ts';
import { holderOf } from '../policies/engine/children/holder.ts';
import type { Deps } from './deps.ts';
import { isNotFound, isRaceLost, NotLeadingError, type Problem } from './faults.ts';
import { refOfChild } from './gather.ts';
import { desiredHash, digestOf } from './plan.ts';
import { type MadeUp, randomPassword, withGenerated } from './secrets.ts';

export type ApplyDeps = Pick<Deps, 'cluster' | 'written' | 'mayWrite' | 'metrics'> & {
  readonly store: Pick<Deps['store'], 'get'>;
};

/** No object ever has this version: an apply that names it creates, or is a 409 when there is something already. */
const ABSENT_VERSION = '1';

/**
 * Creates what is not there, a Secret with the values that were made up for it. Something of that name that is not ours,
 * or another owner's, stays as it is; one that is ours after all keeps its own values.
 */
export async function create(
  desired: ChildObject,
  madeUp: MadeUp | undefined,
  deps: ApplyDeps,
  signal: AbortSignal,
): Promise<KubernetesObject | Problem> {
  if (keepsWithoutOwner(desired)) return update(desired, undefined, deps, signal);
  const object = withGenerated(desired, { data: madeUp }, randomPassword);
  const metadata = { ...object.metadata, resourceVersion: ABSENT_VERSION };
  const sendNew = () => send({ ...object, metadata }, undefined, deps, signal);
  try {
    return await sendNew();
  } catch (error) {
    if (!isRaceLost(error) && !isFieldConflict(error)) throw error;
  }
  const found = await findChild(desired, deps, signal);
  if (found === undefined) return sendNew();
  if (!wasAppliedBy(FIELD_MANAGER, found.metadata))
    return { kind: 'conflict', message: 'it exists and is not made by DappMesh' };
  const holder = holderOf(found, desired, key => deps.store.get(key)?.metadata['uid']);
  if (holder !== undefined) return { kind: 'conflict', message: `it belongs to ${holder}` };
  return update(desired, found, deps, signal);
}

async function findChild(
  desired: ChildObject,
  { cluster }: ApplyDeps,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  try {
    return await cluster.get(refOfChild(desired), { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Changes what differs. An edit by hand of our own child is taken back; whoever applies fields is not fought. */
export async function update(
  desired: ChildObject,
  live: KubernetesObject | undefined,
  deps: ApplyDeps,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const object = withGenerated(desired, live, randomPassword);
  try {
    return await send(object, live, deps, signal);
  } catch (error) {
    const isRepair = live !== undefined && isHandEdit(error) && deps.written.mayRepair(refOfChild(desired));
    if (!isRepair) throw error;
    return send(object, live, deps, signal, true);
  }
}

async function send(
  object: ChildObject,
  live: KubernetesObject | undefined,
  { cluster, written, mayWrite, metrics }: ApplyDeps,
  signal: AbortSignal,
  force = false,
): Promise<KubernetesObject> {
  if (!mayWrite()) throw new NotLeadingError();
  metrics.wrote(object.kind, 'apply');
  const apply = () => cluster.apply(object, { fieldManager: FIELD_MANAGER, force, signal });
  return written.writeChild(refOfChild(object), apply, ({ metadata }) => {
    const isUnchanged = live !== undefined && live.metadata.resourceVersion === metadata.resourceVersion;
    return {
      desired: desiredHash(object),
      owner: controllerOf(object.metadata)?.uid ?? '',
      ...(isUnchanged ? { settled: digestOf(live) } : {}),
    };
  });
}

/** Removes this very object; one that is gone, or whose name another has now, is none of our business any more. */
export async function remove(child: KubernetesObject, deps: ApplyDeps, signal: AbortSignal): Promise<void> {
  if (!deps.mayWrite()) throw new NotLeadingError();
  const { uid = '' } = child.metadata;
  deps.metrics.wrote(child.kind, 'prune');
  try {
    await deps.cluster.remove(refOfChild(child), { uid, signal });
  } catch (error) {
    if (!isNotFound(error) && !isRaceLost(error)) throw error;
  }
  deps.written.removed(uid);
}
