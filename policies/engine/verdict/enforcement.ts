// What a policy does at a point, once Mesh, Domain and exemptions have had their say. Pure.
// A Mesh may tighten, or relax until a date; a Domain may only tighten; an exemption turns a denial into a warning.

import type { Inventory } from '../../inventory/inventory.ts';
import { type EnforcementLevel, POINTS, type Point, type Policy } from './policy.ts';
import { type MeshObject, toTimestamp } from './review.ts';
import { compareText } from './verdict.ts';

export const STRENGTH: Readonly<Record<EnforcementLevel, number>> = { off: 0, warn: 1, deny: 2 };

/** An entry of `spec.enforcement` of a Mesh or Domain. */
export interface Override {
  readonly code?: string;
  readonly push?: EnforcementLevel;
  readonly admission?: EnforcementLevel;
  readonly audit?: EnforcementLevel;
  readonly until?: string;
}

/** What Mesh and Domain say that counts for one object, resolved once per verdict. */
export interface Governance {
  readonly mesh: readonly Override[];
  readonly domain: readonly Override[];
  /** Most days from now at which an exemption may end; without it, it may end at any time. */
  readonly exemptionDays?: number;
}

/** An exemption that is made for a policy and an object, and why it does not count, if it does not. */
export interface Exemption {
  readonly name: string;
  readonly fault?: string;
}

/** The object that an exemption may be made for. */
export interface ExemptionTarget {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Finds the Domain and the Mesh that govern an object, by its references in the inventory. */
export function governanceOf(object: MeshObject | null, inventory: Inventory): Governance {
  const domain = inventory.get('Domain', '', domainNameOf(object, inventory) ?? '');
  const meshName = fieldsOf(domain?.['spec'])['meshRef'];
  const mesh = typeof meshName === 'string' ? inventory.get('Mesh', '', meshName) : onlyMesh(inventory);
  const days = fieldsOf(fieldsOf(mesh?.['spec'])['limits'])['exemptionDays'];
  return {
    mesh: overridesOf(mesh).map(({ override }) => override),
    domain: overridesOf(domain).map(({ override }) => override),
    ...(typeof days === 'number' ? { exemptionDays: days } : {}),
  };
}

/** The level of a policy at a point for an object under `governance`. `now` compares as text. */
export function effectiveLevel(
  policy: Policy,
  point: Point,
  governance: Governance,
  now: string,
): EnforcementLevel {
  let level = policy.enforce[point];
  for (const override of governance.mesh) {
    const wanted = override.code === policy.code ? override[point] : undefined;
    if (wanted === undefined) continue;
    const relaxes = STRENGTH[wanted] < STRENGTH[level];
    if (!relaxes || (override.until !== undefined && now < override.until)) level = wanted;
  }
  for (const override of governance.domain) {
    const wanted = override.code === policy.code ? override[point] : undefined;
    if (wanted !== undefined && STRENGTH[wanted] > STRENGTH[level]) level = wanted;
  }
  return level;
}

/**
 * The exemption made for a policy and an object, if any: one that counts before one that does not. Of several the first
 * by name, so that the text does not depend on when they arrived.
 */
export function exemptionFor(
  policy: Policy,
  object: MeshObject | null,
  inventory: Inventory,
  governance: Governance,
  now: string,
): Exemption | undefined {
  const { kind = '', metadata } = object ?? {};
  const { namespace = '', name } = metadata ?? {};
  // A CREATE with `generateName` has no name yet.
  if (namespace === '' || typeof name !== 'string' || name === '') return undefined;
  const made = [...inventory.list('PolicyExemption', namespace)]
    .map(exemption => ({ name: exemption.name, spec: fieldsOf(exemption.object['spec']) }))
    .filter(({ spec }) => isMadeFor(spec, policy.code, { kind, namespace, name }))
    .map(exemption => toExemption(exemption, faultOf(exemption.spec, governance, now)))
    .toSorted((a, b) => compareText(a.name, b.name));
  return made.find(({ fault }) => fault === undefined) ?? made[0];
}

/** Whether the spec of an exemption, from the namespace of the object, names the policy and the object. */
export function isMadeFor(spec: object, code: string, { kind, namespace, name }: ExemptionTarget): boolean {
  const { policy, target } = fieldsOf(spec);
  const named = fieldsOf(target);
  return (
    policy === code &&
    named['kind'] === kind &&
    named['name'] === name &&
    (named['namespace'] ?? namespace) === namespace
  );
}

function toExemption({ name }: { readonly name: string }, fault: string | undefined): Exemption {
  return fault === undefined ? { name } : { name, fault };
}

function faultOf(
  spec: Record<string, unknown>,
  { exemptionDays }: Governance,
  now: string,
): string | undefined {
  const [approver, owner] = [personOf(spec['approvedBy']), personOf(spec['owner'])];
  const { expires } = spec;
  if (approver === '') return 'nobody has approved it';
  if (approver === owner) return 'its owner has approved it';
  if (typeof expires !== 'string') return 'it has no end';
  if (expires <= now) return 'it has ended';
  if (exemptionDays !== undefined && expires > daysAfter(now, exemptionDays))
    return `it ends in more than the ${exemptionDays} days that the Mesh allows`;
  return undefined;
}

/** Who is meant, however the name is written. */
function personOf(value: unknown): string {
  return typeof value === 'string' ? value.normalize('NFKC').trim().toLowerCase() : '';
}

function daysAfter(now: string, days: number): string {
  return toTimestamp(new Date(Date.parse(now) + days * 86_400_000));
}

function domainNameOf(object: MeshObject | null, inventory: Inventory): string | undefined {
  const spec = object?.spec ?? {};
  const { namespace = '', name } = object?.metadata ?? {};
  switch (object?.kind) {
    case 'Domain':
      return name;
    case 'DataProduct':
      return textOf(spec['domainRef']);
    case 'DataContract':
      return domainOfProduct(namespace, textOf(spec['productRef']), inventory);
    case 'AccessAgreement':
      return domainOfProduct(namespace, textOf(fieldsOf(spec['provider'])['product']), inventory);
    default:
      return undefined;
  }
}

function domainOfProduct(
  namespace: string,
  product: string | undefined,
  inventory: Inventory,
): string | undefined {
  const owner = product === undefined ? undefined : inventory.get('DataProduct', namespace, product);
  return textOf(fieldsOf(owner?.['spec'])['domainRef']);
}

function onlyMesh(inventory: Inventory): Record<string, unknown> | undefined {
  const [first, second] = inventory.list('Mesh');
  return second === undefined ? first?.object : undefined;
}

/** The well-formed entries of `spec.enforcement`, each with its place in the list. */
export function overridesOf(
  object: { readonly spec?: unknown } | undefined,
): readonly { readonly index: number; readonly override: Override }[] {
  const { enforcement } = fieldsOf(object?.spec);
  if (!Array.isArray(enforcement)) return [];
  return enforcement.flatMap((override: unknown, index) =>
    isOverride(override) ? [{ index, override }] : [],
  );
}

function isOverride(value: unknown): value is Override {
  if (typeof value !== 'object' || value === null) return false;
  return POINTS.every(point => {
    const level = fieldsOf(value)[point];
    return level === undefined || (typeof level === 'string' && Object.hasOwn(STRENGTH, level));
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
