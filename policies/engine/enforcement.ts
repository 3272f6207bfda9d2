// What a policy does at a point, once Mesh, Domain and exemptions have had their say. Pure.
// A Mesh may tighten, or relax until a date; a Domain may only tighten; an exemption turns a denial into a warning.

import type { Inventory } from '../inventory/inventory.ts';
import { type EnforcementLevel, POINTS, type Point, type Policy } from './policy.ts';
import type { MeshObject } from './review.ts';

const STRENGTH: Readonly<Record<EnforcementLevel, number>> = { off: 0, warn: 1, deny: 2 };

/** An entry of `spec.enforcement` of a Mesh or Domain. */
interface Override {
  readonly code?: string;
  readonly push?: EnforcementLevel;
  readonly admission?: EnforcementLevel;
  readonly audit?: EnforcementLevel;
  readonly until?: string;
}

/** The overrides that count for one object, resolved once per verdict. */
export interface Governance {
  readonly mesh: readonly Override[];
  readonly domain: readonly Override[];
}

/** Finds the Domain and the Mesh that govern an object, by its references in the inventory. */
export function governanceOf(object: MeshObject | null, inventory: Inventory): Governance {
  const domain = inventory.get('Domain', '', domainNameOf(object, inventory) ?? '');
  const meshName = fieldsOf(domain?.['spec'])['meshRef'];
  return {
    mesh: overridesOf(
      typeof meshName === 'string' ? inventory.get('Mesh', '', meshName) : onlyMesh(inventory),
    ),
    domain: overridesOf(domain),
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
 * The name of the exemption that covers an object, if any: approved, not expired, and from the object's namespace. Of
 * several the first by name, so that the text does not depend on when they arrived.
 */
export function exemptionFor(
  policy: Policy,
  object: MeshObject | null,
  inventory: Inventory,
  now: string,
): string | undefined {
  const namespace = object?.metadata?.namespace ?? '';
  if (object === null || namespace === '') return undefined;
  return [...inventory.list('PolicyExemption', namespace)]
    .filter(exemption => covers(fieldsOf(exemption.object['spec']), policy, object, now))
    .map(({ name }) => name)
    .toSorted()[0];
}

function covers(spec: Record<string, unknown>, policy: Policy, object: MeshObject, now: string): boolean {
  const { name, namespace } = object.metadata;
  const target = fieldsOf(spec['target']);
  const isTarget =
    target['kind'] === object.kind &&
    typeof name === 'string' && // a CREATE with `generateName` has none yet
    name !== '' &&
    target['name'] === name &&
    (target['namespace'] ?? namespace) === namespace;
  const isApproved = typeof spec['approvedBy'] === 'string' && spec['approvedBy'] !== '';
  const isInForce = typeof spec['expires'] === 'string' && now < spec['expires'];
  return spec['policy'] === policy.code && isTarget && isApproved && isInForce;
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

function overridesOf(object: Record<string, unknown> | undefined): readonly Override[] {
  const overrides = fieldsOf(object?.['spec'])['enforcement'];
  return Array.isArray(overrides) ? overrides.filter(isOverride) : [];
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
