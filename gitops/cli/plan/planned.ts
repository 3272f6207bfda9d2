// A plan as data: what would become of each owner, an object of the mesh that blueprints build for.

import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import type { Built } from '../../../policies/engine/children/built.ts';
import type { Finding } from '../../../policies/engine/verdict/verdict.ts';
import type { LocatedFinding } from '../located-finding.ts';
import type { Change } from './changes.ts';

/**
 * `make`: nobody asked a cluster. `wait`: not before what the owner waits for is there. `keep`: no longer asked for, but
 * somebody holds it. `refused`: the API server does not take it.
 */
export const ACTIONS = ['make', 'create', 'change', 'prune', 'same', 'keep', 'wait', 'refused'] as const;
export type Action = (typeof ACTIONS)[number];

export interface PlannedObject {
  readonly action: Action;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly changes: readonly Change[];
  /** Why it is refused, kept, or could not be compared; empty otherwise. */
  readonly why: string;
  /** As it would be applied, Secrets without values; null for what would be pruned or kept. */
  readonly object: ChildObject | null;
}

export interface PlannedOwner extends Pick<Built, 'waitsFor' | 'holds' | 'until' | 'status'> {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly file: string;
  /** Nothing is applied while the owner is suspended. */
  readonly suspended: boolean;
  /** Why there is no plan for this owner. */
  readonly faults: readonly Finding[];
  readonly objects: readonly PlannedObject[];
}

export interface Plan {
  /** Whether a cluster was asked. */
  readonly compared: boolean;
  /** What a check of the same says. */
  readonly findings: readonly LocatedFinding[];
  readonly owners: readonly PlannedOwner[];
}

/** How many objects of each action there are. */
export function countActions({ owners }: Plan): Record<Action, number> {
  const counts = Object.fromEntries(ACTIONS.map(action => [action, 0])) as Record<Action, number>;
  for (const { objects } of owners) for (const { action } of objects) counts[action]++;
  return counts;
}

/** Whether something would be written. */
export function changesAnything(plan: Plan): boolean {
  const { create, change, prune } = countActions(plan);
  return create + change + prune > 0;
}

/** Whether something could not be found out. */
export function isIncomplete(plan: Plan): boolean {
  return plan.owners.some(({ faults }) => faults.length > 0) || countActions(plan).refused > 0;
}

/** How people name it: `apps/v1 StatefulSet sales/orders-marts`. */
export function titleOf({ apiVersion, kind, namespace, name }: Omit<PlannedObject, 'action'>): string {
  return `${apiVersion} ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
