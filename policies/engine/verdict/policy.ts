// A policy or a blueprint as its METADATA describes it; the bundle's manifest is the only source of these.

import type { Severity } from './verdict.ts';

/** Where a spec can be stopped. */
export type Point = 'push' | 'admission' | 'audit';
export const POINTS: readonly Point[] = ['push', 'admission', 'audit'];

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';
export const OPERATIONS: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE'];

export type EnforcementLevel = 'deny' | 'warn' | 'off';

/** What a policy reads besides the object it judges. */
export type Scope = 'object' | 'old' | 'inventory' | 'user' | 'clock';

/** What every entrypoint of the bundle has, whatever it answers. */
interface Described {
  /** Folder name, kebab-case: `owner-present`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kinds: readonly string[];
  readonly operations: readonly Operation[];
  /** Paths of other objects that are read: `Domain.spec.teams.name`. The inventory keeps these and no more. */
  readonly inventory: readonly string[];
  /** Entrypoint in the Wasm module: `dappmesh/governance/owner_present/violations`. */
  readonly entrypoint: string;
}

/** A policy of the `governance` or the `defaults` family. */
export interface Policy extends Described {
  readonly family: 'governance' | 'defaults';
  /** `DM-OWN-001`. Never changed, never reused. */
  readonly code: string;
  readonly severity: Severity;
  readonly enforce: Readonly<Record<Point, EnforcementLevel>>;
  readonly remedy: string;
  readonly scope: readonly Scope[];
  /** Labels, annotations and finalizers of the object itself that the policy reads: `metadata.labels.x`. */
  readonly metadata: readonly string[];
}

/** What says which Kubernetes objects should exist for an object of the mesh. */
export interface Blueprint extends Described {
  readonly family: 'blueprints';
  /** Every kind of object that it makes, as `apps/v1/StatefulSet`: the reconciler may write these and no more. */
  readonly makes: readonly string[];
}

export type Rule = Policy | Blueprint;

export function isPolicy(rule: Rule): rule is Policy {
  return rule.family !== 'blueprints';
}

/** How people call it: the code of a policy, the name of a blueprint. */
export function labelOf(rule: Rule): string {
  return isPolicy(rule) ? rule.code : rule.name;
}

/**
 * Whether the policy reports what is not there yet: it denies where the whole tree is known and only warns at
 * admission, where the missing object may be on its way (docs/policies.md).
 */
export function isMissingReference({ enforce }: Policy): boolean {
  return enforce.push === 'deny' && enforce.admission === 'warn' && enforce.audit === 'deny';
}
