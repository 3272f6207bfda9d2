// A tree as it stands → a report: every named object is judged as if it were pushed for the first time, or as the
// change of the object that lives in the cluster already, or that it replaces in the tree.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import type { LocatedFinding } from '../located-finding.ts';
import type { Selection } from '../selection.ts';
import type { Manifest } from '../tree.ts';
import { type Case, fillDefaults, type Judging, judgeCases, judgeStructure } from './judge-objects.ts';
import { policiesOfUser, type Report, toReport } from './report.ts';

export interface TreeQuestion {
  readonly selection: Selection;
  /** Objects of a live cluster, by key; the tree wins over them. */
  readonly live?: ReadonlyMap<string, MeshObject>;
  readonly strict?: boolean;
}

/** A tree that the engine's inventory holds, defaults filled in. */
export interface LoadedTree {
  readonly named: readonly Manifest[];
  /** By key, every object of the tree with its defaults. */
  readonly filled: ReadonlyMap<string, MeshObject>;
  readonly cases: readonly Case[];
  /** Defaults that failed. */
  readonly findings: readonly LocatedFinding[];
}

/** Judges the named objects of a tree; the rest of it is what policies look up. */
export async function judgeTree(question: TreeQuestion, judging: Judging): Promise<Report> {
  return judgeLoaded(question, await loadTree(question, judging), judging);
}

/** Makes the tree, joined with what lives, what policies and blueprints look up. */
export async function loadTree({ selection, live }: TreeQuestion, judging: Judging): Promise<LoadedTree> {
  const { tree, isNamed } = selection;
  const { inventory } = judging;
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
  return { named, filled, cases, findings };
}

/** Judges the named objects of a tree that is loaded. */
export async function judgeLoaded(
  { selection, strict }: TreeQuestion,
  { named, cases, findings }: LoadedTree,
  judging: Judging,
): Promise<Report> {
  const { tree, isNamed } = selection;
  const { engine, user } = judging;
  const shown = new Set(named.map(manifest => manifest.shown));
  const faults = findings.filter(({ file }) => shown.has(file));
  const ofFiles = tree.findings.filter(({ file }) => isNamed(file)).map(({ finding }) => finding);
  const judged = await judgeCases(cases, judging);
  const structure = named.flatMap(manifest => judgeStructure(manifest, judging));
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
