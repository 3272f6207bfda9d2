// The named objects of a tree → what their blueprints make of them, by the engine that the reconciler asks.

import type { Built } from '../../../policies/engine/children/built.ts';
import { buildReview, type MeshObject, type NamedContract } from '../../../policies/engine/verdict/review.ts';
import { KINDS, kindInfo } from '../../../schemas/kinds.ts';
import { inLanes } from '../in-lanes.ts';
import { BUDGET_MS, IN_FLIGHT, type Judging } from '../judge/judge-objects.ts';
import type { LoadedTree } from '../judge/judge-tree.ts';
import { compareText } from '../live/fields.ts';
import type { LiveObjects } from '../live-objects.ts';
import type { Manifest } from '../tree.ts';

/** An object of the mesh with what should exist for it. */
export interface BuiltOwner {
  readonly manifest: Manifest;
  /** As it would be stored; with a uid when it lives already. */
  readonly object: MeshObject;
  readonly built: Built;
}

/** Builds every named object that a blueprint is for, in the order of the kinds, then by name. */
export async function buildOwners(
  { named, filled }: LoadedTree,
  live: LiveObjects | undefined,
  judging: Judging,
): Promise<BuiltOwner[]> {
  const { engine, now } = judging;
  const kinds = new Set(engine.bundle.blueprints.flatMap(blueprint => blueprint.kinds));
  const contracts = contractsByProduct([...(live?.values() ?? []), ...filled.values()]);
  const owners: BuiltOwner[] = [];
  const wanted = named.filter(({ object }) => kinds.has(object.kind));
  await inLanes(wanted, IN_FLIGHT, async manifest => {
    const object = withUid(filled.get(manifest.key) ?? manifest.object, live?.get(manifest.key));
    const { kind, metadata } = object;
    const own = contracts.get(`${metadata.namespace}/${metadata.name}`);
    const review = buildReview({
      object,
      oldObject: null,
      operation: 'CREATE',
      resource: kindInfo(kind)?.plural ?? '',
      point: 'audit',
      now,
      ...(kind === 'DataProduct' ? { contracts: sorted(own) } : {}),
    });
    owners.push({ manifest, object, built: await engine.build({ ...review, budgetMs: BUDGET_MS }) });
    judging.onProgress?.();
  });
  return owners.sort(
    (a, b) => orderOf(a.object) - orderOf(b.object) || compareText(a.manifest.key, b.manifest.key),
  );
}

/** Contracts by `namespace/product` and their name; what comes later replaces what came before. */
function contractsByProduct(objects: readonly MeshObject[]): Map<string, Map<string, MeshObject>> {
  const byProduct = new Map<string, Map<string, MeshObject>>();
  const contracts = new Map<string, MeshObject>();
  for (const object of objects) {
    const { namespace, name } = object.metadata;
    if (object.kind === 'DataContract') contracts.set(`${namespace}/${name}`, object);
  }
  for (const contract of contracts.values()) {
    const key = `${contract.metadata.namespace}/${String(contract.spec?.['productRef'])}`;
    const own = byProduct.get(key) ?? new Map<string, MeshObject>();
    byProduct.set(key, own.set(contract.metadata.name, contract));
  }
  return byProduct;
}

function sorted(contracts: ReadonlyMap<string, MeshObject> | undefined): NamedContract[] {
  return [...(contracts ?? [])]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, { spec }]) => ({ name, spec }));
}

/** The uid of the living object is what its children refer to. */
function withUid(object: MeshObject, live: MeshObject | undefined): MeshObject {
  const uid = live?.metadata['uid'];
  return uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
}

function orderOf({ kind }: MeshObject): number {
  return KINDS.findIndex(info => info.kind === kind);
}
