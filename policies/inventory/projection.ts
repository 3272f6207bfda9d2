// What the inventory keeps of an object: the paths that policies declare in their METADATA, and what the
// host itself reads to resolve enforcement and indexes. Everything else is dropped on arrival.

import type { MeshObject } from '../engine/verdict/review.ts';

/** Fields by name; an empty node keeps everything below it. */
export interface FieldTree {
  readonly [field: string]: FieldTree;
}

/** Per kind, the fields kept. */
export type Projection = Readonly<Record<string, FieldTree>>;

/** What the host reads of them whatever the policies say: enforcement.ts. Indexes are made of whole objects. */
const HOST_PATHS: readonly string[] = [
  'Mesh.spec.enforcement',
  'Mesh.spec.limits.exemptionDays',
  'Domain.spec.meshRef',
  'Domain.spec.enforcement',
  'DataProduct.spec.domainRef',
  'DataContract.spec.productRef',
  'AccessAgreement.spec.provider',
  'AccessAgreement.spec.consumer',
  'PolicyExemption.spec.policy',
  'PolicyExemption.spec.target',
  'PolicyExemption.spec.owner',
  'PolicyExemption.spec.approvedBy',
  'PolicyExemption.spec.expires',
];

/** Kinds whose objects every inventory holds, read or not: their mere existence is a fact that policies ask for. */
export const INVENTORY_KINDS: Readonly<Record<string, 'Cluster' | 'Namespaced'>> = {
  Mesh: 'Cluster',
  Domain: 'Cluster',
  EngineClass: 'Cluster',
  DataProduct: 'Namespaced',
  DataContract: 'Namespaced',
  AccessAgreement: 'Namespaced',
  PolicyExemption: 'Namespaced',
};

/** Takes the `inventory` paths of all policies (`Domain.spec.teams.name`, through lists without brackets). */
export function toProjection(paths: Iterable<string>): Projection {
  const trees: Record<string, Tree> = {};
  for (const path of [...HOST_PATHS, ...paths]) {
    const [kind, ...fields] = path.split('.');
    if (kind === undefined) continue;
    let node = (trees[kind] ??= {});
    for (const [i, field] of fields.entries()) {
      const next = node[field];
      const isLast = i === fields.length - 1;
      if (next !== undefined && Object.keys(next).length === 0) break;
      if (isLast) node[field] = {};
      else node = node[field] ??= {};
    }
  }
  return trees;
}

type Tree = { [field: string]: Tree };

/** Whether every path of `narrow` is kept by `wide` too. */
export function covers(wide: Projection, narrow: Projection): boolean {
  return Object.entries(narrow).every(([kind, tree]) => {
    const kept = wide[kind];
    return kept !== undefined && coversTree(kept, tree);
  });
}

function coversTree(wide: FieldTree, narrow: FieldTree): boolean {
  return Object.entries(narrow).every(([field, tree]) => {
    const kept = wide[field];
    if (kept === undefined) return false;
    if (Object.keys(kept).length === 0) return true;
    return Object.keys(tree).length > 0 && coversTree(kept, tree);
  });
}

/** Gives the kept part of an object of `kind`; kinds without a tree keep their bare existence, `{}`. */
export function project(projection: Projection, object: MeshObject): Record<string, unknown> {
  const tree = projection[object.kind];
  return tree === undefined ? {} : (pick(tree, object) as Record<string, unknown>);
}

function pick(tree: FieldTree, value: unknown): unknown {
  const fields = Object.keys(tree);
  if (fields.length === 0) return value;
  if (Array.isArray(value)) return value.map(item => pick(tree, item));
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const field of fields) {
    const child = (value as Record<string, unknown>)[field];
    if (child !== undefined) kept[field] = pick(tree[field] as FieldTree, child);
  }
  return kept;
}
