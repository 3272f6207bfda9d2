// A policy as its METADATA describes it; the bundle's manifest is the only source of these.

import type { Severity } from './verdict.ts';

/** Where a spec can be stopped. */
export type Point = 'push' | 'admission' | 'audit';
export const POINTS: readonly Point[] = ['push', 'admission', 'audit'];

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';
export const OPERATIONS: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE'];

export type EnforcementLevel = 'deny' | 'warn' | 'off';

/** What a policy reads besides the object it judges. */
export type Scope = 'object' | 'old' | 'inventory' | 'user' | 'clock';

/** A policy of the `governance` or the `defaults` family. */
export interface Policy {
  readonly family: 'governance' | 'defaults';
  /** Folder name, kebab-case: `owner-present`. */
  readonly name: string;
  /** `DM-OWN-001`. Never changed, never reused. */
  readonly code: string;
  readonly title: string;
  readonly description: string;
  readonly kinds: readonly string[];
  readonly operations: readonly Operation[];
  readonly severity: Severity;
  readonly enforce: Readonly<Record<Point, EnforcementLevel>>;
  readonly remedy: string;
  readonly scope: readonly Scope[];
  /** Paths of other objects that the policy reads: `Domain.spec.teams.name`. The inventory keeps these and no more. */
  readonly inventory: readonly string[];
  /** Labels, annotations and finalizers of the object itself that the policy reads: `metadata.labels.x`. */
  readonly metadata: readonly string[];
  /** Entrypoint in the Wasm module: `dappmesh/governance/owner_present/violations`. */
  readonly entrypoint: string;
}
