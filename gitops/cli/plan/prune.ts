// Children that live and are no longer asked for: what the reconciler would remove, and what it would keep and why.

import { wasAppliedBy } from '../../../cluster/applied-by.ts';
import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import { givesAccess, MANAGED_BY_LABEL, MANAGER } from '../../../policies/engine/children/child.ts';
import { controllerOf } from '../../../policies/engine/children/controller-reference.ts';
import { FIELD_MANAGER } from '../../../policies/engine/children/field-manager.ts';
import { holdOf, unwantedOf } from '../../../policies/engine/children/unwanted.ts';
import type { Blueprint } from '../../../policies/engine/verdict/policy.ts';
import { inLanes } from '../in-lanes.ts';
import { textOf } from '../live/fields.ts';
import type { BuiltOwner } from './build-owners.ts';
import { type Asking, isUnserved } from './compare.ts';
import type { PlannedObject } from './planned.ts';

/** Living children by the uid of the owner that controls them. */
export type Children = ReadonlyMap<string, readonly KubernetesObject[]>;

/** What of an owner's children is changed and removed. */
export type Extent = 'all' | 'access' | 'nothing';

const LANES = 8;

/** Lists what blueprints make for the kinds of the owners. A kind that is not served has no children. */
export async function listChildren(
  owners: readonly BuiltOwner[],
  blueprints: readonly Blueprint[],
  cluster: Asking,
): Promise<Children> {
  const kinds = new Set(owners.map(({ object }) => object.kind));
  const makes = new Set(
    blueprints
      .filter(blueprint => blueprint.kinds.some(kind => kinds.has(kind)))
      .flatMap(({ makes }) => makes),
  );
  const found: KubernetesObject[] = [];
  await inLanes([...makes], LANES, async made => {
    const slash = made.lastIndexOf('/');
    found.push(...(await listMade(made.slice(0, slash), made.slice(slash + 1), cluster)));
  });
  return Map.groupBy(found, ({ metadata }) => controllerOf(metadata)?.uid ?? '');
}

async function listMade(apiVersion: string, kind: string, cluster: Asking): Promise<KubernetesObject[]> {
  const labelSelector = `${MANAGED_BY_LABEL}=${MANAGER}`;
  try {
    const resource = await cluster.discover(apiVersion, kind);
    const found = await cluster.list({ resource, labelSelector });
    return found.filter(({ metadata }) => wasAppliedBy(FIELD_MANAGER, metadata));
  } catch (error) {
    if (isUnserved(error)) return [];
    throw error;
  }
}

/** What is no longer asked for, of one owner; of what waits, only what is removed nevertheless. */
export function pruneOf(
  { object, built }: BuiltOwner,
  { children }: { readonly children: Children },
  extent: 'all' | 'access',
): PlannedObject[] {
  const uid = textOf(object.metadata['uid']);
  const held = new Set(built.holds.map(({ component }) => component));
  const unwanted = unwantedOf(children.get(uid) ?? [], built.objects, uid);
  return unwanted
    .filter(child => extent === 'all' || givesAccess(child))
    .map(child => {
      const { apiVersion, kind, metadata } = child;
      const { name, namespace = '' } = metadata;
      const component = holdOf(child, held, built.objects);
      const holder = built.holds.find(hold => hold.component === component);
      const about = { apiVersion, kind, namespace, name, changes: [], object: null };
      return holder === undefined
        ? { action: 'prune', why: '', ...about }
        : { action: 'keep', why: holder.message, ...about };
    });
}
