// A change of a tree → a report: what it would make of the objects it touches, and what it would do to the others.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { jsonEquals } from '../../../policies/engine/verdict/unchanged.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { keyOf, type Manifest, type Tree, type TreeFinding } from '../tree.ts';
import { type Case, fillDefaults, type Judging, judgeCases, judgeStructure } from './judge-objects.ts';
import { policiesOfUser, type Report, toReport } from './report.ts';

export interface ChangeQuestion {
  readonly base: Tree;
  readonly head: Tree;
  readonly strict?: boolean;
}

/**
 * Judges a change. Objects that it makes, changes or deletes are judged in full. An object that it leaves alone
 * denies only what was not already so before: a contract that is removed denies at the product that needs it, while
 * an old sin of somebody else is a warning. Policies that ask who pushes are not asked about untouched objects.
 */
export async function judgeChange({ base, head, strict }: ChangeQuestion, judging: Judging): Promise<Report> {
  const { engine, user } = judging;
  const filled = await load(head, base, judging);
  engine.inventory.rebase([...base.manifests.values()].map(({ object }) => object));
  const parts = partition(base, head);
  const before = await fillDefaults(baseOf(parts, base), judging);
  const cases = parts.touched.map(manifest => toCase(manifest, filled.objects, before.filled));
  const deleted = parts.deleted.map(manifest => toCase(manifest, new Map(), before.filled));
  const judged = await judgeCases([...cases, ...deleted], judging);
  const structure = parts.touched.flatMap(manifest => judgeStructure(manifest, judging));
  const others = await judgeUntouched(parts.untouched, base, filled.objects, judging);
  const ofFiles = compareFileFindings(base, head);
  const kinds = new Set(parts.touched.map(({ object }) => object.kind));
  const skipped = user === undefined ? policiesOfUser(engine.bundle.policies, kinds) : [];
  const { files, others: foreign } = head;
  const objects = cases.length + deleted.length;
  const counts = { objects, files, others: foreign, bundle: engine.bundle.revision, skipped };
  return toReport([...ofFiles, ...filled.findings, ...structure, ...judged, ...others], counts, strict);
}

async function load(
  tree: Tree,
  base: Tree,
  judging: Judging,
): Promise<{ objects: Map<string, MeshObject>; findings: LocatedFinding[] }> {
  const manifests = [...tree.manifests.values()];
  judging.inventory.replace(objectsOf(tree), objectsOf(base));
  const { filled, findings } = await fillDefaults(manifests, judging);
  for (const object of filled.values()) judging.inventory.update(object);
  return { objects: filled, findings };
}

function objectsOf(tree: Tree): MeshObject[] {
  return [...tree.manifests.values()].map(({ object }) => object);
}

/** An object is the same wherever in the tree it stands: a file that is moved changes nothing. */
function partition(
  base: Tree,
  head: Tree,
): { touched: Manifest[]; untouched: Manifest[]; deleted: Manifest[] } {
  const touched: Manifest[] = [];
  const untouched: Manifest[] = [];
  for (const manifest of head.manifests.values()) {
    const before = base.manifests.get(manifest.key);
    const isSame = before !== undefined && jsonEquals(before.object, manifest.object);
    (isSame ? untouched : touched).push(manifest);
  }
  const deleted = [...base.manifests.values()].filter(({ key }) => !head.manifests.has(key));
  return { touched, untouched, deleted };
}

/** The old objects of what is touched: they get their defaults too, or a default would look like a change. */
function baseOf({ touched, deleted }: { touched: Manifest[]; deleted: Manifest[] }, base: Tree): Manifest[] {
  return [...touched, ...deleted].flatMap(({ key }) => base.manifests.get(key) ?? []);
}

type Objects = ReadonlyMap<string, MeshObject>;

function toCase(manifest: Manifest, now: Objects, before: Objects): Case {
  return { manifest, object: now.get(manifest.key) ?? null, oldObject: before.get(manifest.key) ?? null };
}

function unchanged(manifest: Manifest, objects: Objects): Case {
  const object = objects.get(manifest.key) ?? manifest.object;
  return { manifest, object, oldObject: object };
}

/** Judges untouched objects in the new tree, and those that are refused there in the old one too. */
async function judgeUntouched(
  untouched: readonly Manifest[],
  base: Tree,
  filled: Objects,
  judging: Judging,
): Promise<LocatedFinding[]> {
  const nobody = { ...judging, user: undefined };
  const findings = await judgeCases(
    untouched.map(manifest => unchanged(manifest, filled)),
    nobody,
  );
  const denied = new Set(findings.filter(({ enforcement }) => enforcement === 'deny').map(keyOfFinding));
  if (denied.size === 0) return findings.map(soften);
  const before = await load(base, base, nobody);
  const known = untouched
    .filter(({ key }) => denied.has(key))
    .flatMap(({ key }) => base.manifests.get(key) ?? []);
  const old = await judgeCases(
    known.map(manifest => unchanged(manifest, before.objects)),
    nobody,
  );
  const wasThere = new Set(old.map(identityOf));
  const isNew = (finding: LocatedFinding): boolean =>
    finding.enforcement === 'deny' && !wasThere.has(identityOf(finding));
  return findings.map(finding => (isNew(finding) ? finding : soften(finding)));
}

/** What is wrong with a file that the change does not touch, and was before, is no reason to refuse the change. */
function compareFileFindings(base: Tree, head: Tree): LocatedFinding[] {
  const describe = ({ file, finding }: TreeFinding): string => `${file}\n${finding.code}\n${finding.message}`;
  const before = new Set(base.findings.map(describe));
  return head.findings.map(each => {
    const isSameFile = base.ids.get(each.file) === head.ids.get(each.file);
    return isSameFile && before.has(describe(each)) ? soften(each.finding) : each.finding;
  });
}

function soften(finding: LocatedFinding): LocatedFinding {
  if (finding.enforcement === 'warn') return { ...finding, isOld: true };
  return {
    ...finding,
    enforcement: 'warn',
    isOld: true,
    message: `${finding.message} (so before this change)`,
  };
}

function keyOfFinding({ kind, namespace, name }: LocatedFinding): string {
  return keyOf(kind, namespace, name);
}

function identityOf(finding: LocatedFinding): string {
  return JSON.stringify([keyOfFinding(finding), finding.code, finding.path, finding.message]);
}
