// A tree as it stands → a report: every named object is judged as if it were pushed for the first time, or as the
// change of the object that lives in the cluster already, or that it replaces in the tree.

import type { MeshObject } from '../../../policies/engine/review.ts';
import type { Selection } from '../selection.ts';
import { fillDefaults, type Judging, judgeCases, judgeStructure } from './judge-objects.ts';
import { policiesOfUser, type Report, toReport } from './report.ts';

export interface TreeQuestion {
  readonly selection: Selection;
  /** Objects of a live cluster, by key; the tree wins over them. */
  readonly live?: ReadonlyMap<string, MeshObject>;
  readonly strict?: boolean;
}

/** Judges the named objects of a tree; the rest of it is what policies look up. */
export async function judgeTree(
  { selection, live, strict }: TreeQuestion,
  judging: Judging,
): Promise<Report> {
  const { tree, isNamed } = selection;
  const { engine, inventory, user } = judging;
  const all = [...tree.manifests.values()];
  const named = all.filter(({ file }) => isNamed(file));
  const alive = [...(live?.values() ?? [])];
  const before = [...selection.before.values()].map(({ object }) => object);
  inventory.replace([...alive, ...all.map(({ object }) => object)], [...alive, ...before]);
  const { filled, findings } = await fillDefaults(all, judging);
  for (const object of filled.values()) inventory.update(object);
  const replaced = await fillDefaults(
    named.flatMap(({ key }) => selection.before.get(key) ?? []),
    judging,
  );
  const cases = named.map(manifest => ({
    manifest,
    object: filled.get(manifest.key) ?? manifest.object,
    oldObject: live?.get(manifest.key) ?? replaced.filled.get(manifest.key) ?? null,
  }));
  const shown = new Set(named.map(manifest => manifest.shown));
  const faults = findings.filter(({ file }) => shown.has(file));
  const ofFiles = tree.findings.filter(({ file }) => isNamed(file)).map(({ finding }) => finding);
  const judged = await judgeCases(cases, judging);
  const structure = named.flatMap(judgeStructure);
  const skipped = user === undefined ? policiesOfUser(engine.bundle.policies, kindsOf(named)) : [];
  const counts = {
    objects: named.length,
    files: tree.files,
    others: tree.others,
    bundle: engine.bundle.revision,
    skipped,
  };
  return toReport([...ofFiles, ...faults, ...structure, ...judged], counts, strict);
}

function kindsOf(manifests: readonly { object: MeshObject }[]): Set<string> {
  return new Set(manifests.map(({ object }) => object.kind));
}
