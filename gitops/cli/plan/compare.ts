// What the API server would make of one child: a server-side dry run as the reconciler, beside what lives.

import { ApiError } from '../../../cluster/api-error.ts';
import type { Cluster } from '../../../cluster/connect.ts';
import { NotServedError } from '../../../cluster/discovery.ts';
import { isHandEdit } from '../../../cluster/field-conflict.ts';
import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import { DESIRED_ANNOTATION } from '../../../policies/engine/children/child.ts';
import { FIELD_MANAGER } from '../../../policies/engine/children/field-manager.ts';
import type { LiveObjects } from '../live-objects.ts';
import { type Change, changesBetween, withoutBookkeeping } from './changes.ts';
import { foreignReason } from './ownership.ts';
import type { PlannedObject } from './planned.ts';
import { hideChanges, hideValues, withGenerated } from './secrets.ts';

/** What comparing needs of the door to the API server. */
export type Asking = Pick<Cluster, 'get' | 'apply' | 'list' | 'discover'>;

/** Where a plan is compared: the API server, and the objects of DappMesh that live there. */
export interface Asked {
  readonly asking: Asking;
  readonly live: LiveObjects;
}

/** A child that nobody compares: `make`, or `wait`. */
export function uncompared(child: ChildObject, action: 'make' | 'wait'): PlannedObject {
  return planned(child, { action });
}

/**
 * Asks for a dry run. What the API server refuses is part of the plan; throws when it cannot be asked at all.
 */
export async function compare(
  child: ChildObject,
  { asking: cluster, live: owners }: Asked,
): Promise<PlannedObject> {
  const { apiVersion, kind, metadata } = child;
  try {
    const live = await unlessMissing(
      cluster.get({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace }),
    );
    const foreign = live === undefined ? undefined : foreignReason(live, child, owners);
    if (foreign !== undefined) return planned(child, { action: 'refused', why: foreign });
    const wanted = withGenerated(child, live);
    const result = await tryOut(wanted, live !== undefined, cluster);
    if (live === undefined) return planned(child, { action: 'create' });
    if (live.metadata.deletionTimestamp !== undefined)
      return planned(child, { action: 'create', why: 'it is being deleted, and made anew once it is gone' });
    const changes = withoutHash(changesBetween(withoutBookkeeping(live), withoutBookkeeping(result)));
    return planned(child, {
      action: changes.length === 0 ? 'same' : 'change',
      changes: hideChanges(kind, changes),
    });
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    // A dry run stores no Namespace, so nothing can be tried in one that is yet to come.
    const isEarly = /namespaces ".*" not found/.test(why);
    return isEarly
      ? planned(child, {
          action: 'create',
          why: 'its namespace does not exist yet, so the API server could not be asked',
        })
      : planned(child, { action: 'refused', why });
  }
}

/** A dry run as the reconciler would apply: an edit by hand of what it has made is taken back, by force. */
async function tryOut(wanted: ChildObject, isLive: boolean, cluster: Asking): Promise<KubernetesObject> {
  const options = { fieldManager: FIELD_MANAGER, dryRun: true };
  try {
    return await cluster.apply(wanted, options);
  } catch (error) {
    if (!isLive || !isHandEdit(error)) throw error;
    return cluster.apply(wanted, { ...options, force: true });
  }
}

function planned(
  child: ChildObject,
  { changes = [], why = '', action }: Pick<PlannedObject, 'action'> & Partial<PlannedObject>,
): PlannedObject {
  const { apiVersion, kind, metadata } = child;
  const { name, namespace = '' } = metadata;
  return { action, apiVersion, kind, namespace, name, changes, why, object: hideValues(child) };
}

/** The hash of what is asked for changes with it; it counts only when it changes alone. */
function withoutHash(changes: readonly Change[]): readonly Change[] {
  const others = changes.filter(({ path }) => path.at(-1) !== DESIRED_ANNOTATION);
  return others.length === 0 ? changes : others;
}

/** Undefined for an object that is not there, or whose kind is not. */
async function unlessMissing<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Why the API server does not take an object; undefined when it has not said anything about the object. */
function refusalOf(error: unknown): string | undefined {
  const status = statusOf(error);
  if (status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 429)
    return error instanceof Error ? error.message : String(error);
  return isUnserved(error) ? error.message : undefined;
}

/** Whether discovery says that there is no such kind. */
export function isUnserved(error: unknown): error is Error {
  return error instanceof NotServedError || statusOf(error) === 404;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}
