// What blueprints say about one object, put together from their items: the objects that should exist, what is awaited,
// who holds it, when the answer changes. Anything but the agreed shapes is a fault, and then nothing counts.

import { kindInfo } from '../../../schemas/kinds.ts';
import type { Answer } from '../verdict/decode.ts';
import { type Blueprint, isPolicy } from '../verdict/policy.ts';
import type { MeshObject } from '../verdict/review.ts';
import { compareText, type Finding } from '../verdict/verdict.ts';
import type { Awaited, BlueprintItem, ChildObject, Expected, Hold } from './blueprint-item.ts';
import { missingBlueprints, passedOver } from './expected.ts';

export interface Built {
  /** In the order in which they are to be applied. */
  readonly objects: readonly ChildObject[];
  readonly waitsFor: readonly Awaited[];
  readonly holds: readonly Hold[];
  /** When the answer changes by itself, the soonest. */
  readonly until: Date | undefined;
  /** Fields of the object's status. */
  readonly status: Readonly<Record<string, unknown>>;
  /** In place of `Succeeded`. */
  readonly ready: { readonly reason: string; readonly message: string } | undefined;
  /** Why the blueprints could not answer; the rest is empty then. */
  readonly faults: readonly Finding[];
}

/** Why what the blueprints gave may not be: the blueprint and the problem. */
export interface BuildProblem {
  readonly blueprint: string;
  readonly message: string;
}

/** Fields of the status that are the reconciler's own. */
const RESERVED: ReadonlySet<string> = new Set(['conditions', 'observedGeneration', 'lastHandledReconcileAt']);

/** What others build upon comes first (a RoleBinding needs its Role); kinds not named come last. */
const STAGES: readonly (readonly string[])[] = [
  ['Namespace', 'PriorityClass'],
  ['ServiceAccount', 'Role', 'ResourceQuota', 'LimitRange', 'NetworkPolicy'],
  ['RoleBinding', 'Secret', 'ConfigMap', 'Service', 'PersistentVolumeClaim', 'Certificate'],
];

/** When an object is applied: those of a lower stage first. */
export function stageOf({ kind }: Pick<ChildObject, 'kind'>): number {
  const stage = STAGES.findIndex(kinds => kinds.includes(kind));
  return stage < 0 ? STAGES.length : stage;
}

/** Puts the answers for `owner` together; gives what is wrong with them instead when something is. */
export function toBuilt(
  owner: MeshObject,
  answers: readonly Answer<BlueprintItem>[],
): Built | readonly BuildProblem[] {
  const problems: BuildProblem[] = [];
  const objects = new Map<string, ChildObject>();
  const status: Record<string, unknown> = {};
  const waitsFor: Awaited[] = [];
  const expected: Expected[] = [];
  const holds: Hold[] = [];
  const untils: string[] = [];
  const readies: { reason: string; message: string }[] = [];
  for (const answer of answers) {
    if (isPolicy(answer.rule) || !('items' in answer)) continue;
    const blueprint = answer.rule;
    const refuse = (message: string) => problems.push({ blueprint: blueprint.name, message });
    for (const item of answer.items) {
      if ('object' in item) addObject(objects, placed(item.object, owner), blueprint, owner, refuse);
      else if ('expects' in item) expected.push(item.expects);
      else if ('waitsFor' in item) waitsFor.push(item.waitsFor);
      else if ('holds' in item) holds.push(item.holds);
      else if ('until' in item) untils.push(item.until);
      else if ('status' in item) addStatus(status, item.status, refuse);
      else if (readies.push(item.ready) > 1) refuse('a second reason for Ready is given');
    }
  }
  waitsFor.push(...missingBlueprints(expected, answers));
  if (waitsFor.length === 0) problems.push(...passedOver(expected, answers));
  if (problems.length > 0) return problems;
  const [soonest] = untils.toSorted(compareText);
  return {
    objects: [...objects.values()].toSorted(compareObjects),
    waitsFor: waitsFor.toSorted((a, b) => compareText(a.message, b.message)),
    holds: holds.toSorted((a, b) => compareText(a.message, b.message)),
    until: soonest === undefined ? undefined : new Date(soonest),
    status,
    ready: readies[0],
    faults: [],
  };
}

/** The answer where there is none. */
export function notBuilt(faults: readonly Finding[]): Built {
  return { objects: [], waitsFor: [], holds: [], until: undefined, status: {}, ready: undefined, faults };
}

/** What a namespaced owner builds lies in its own namespace unless it says otherwise, which is refused below. */
function placed(object: ChildObject, owner: MeshObject): ChildObject {
  const { namespace } = owner.metadata;
  if (namespace === undefined || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function addObject(
  objects: Map<string, ChildObject>,
  object: ChildObject,
  { makes }: Blueprint,
  owner: MeshObject,
  refuse: (message: string) => void,
): void {
  const id = idOf(object);
  if (!makes.includes(`${object.apiVersion}/${object.kind}`))
    refuse(`${id} is of a kind that it does not declare`);
  const home = owner.metadata.namespace;
  if (home !== undefined && object.metadata.namespace !== home) refuse(`${id} lies outside of ${home}`);
  if (kindInfo(object.kind) !== undefined && object.apiVersion === owner.apiVersion)
    refuse(`${id} is an object of the mesh, which people write`);
  if (objects.has(id)) refuse(`${id} is given twice`);
  objects.set(id, object);
}

function addStatus(
  status: Record<string, unknown>,
  fields: Readonly<Record<string, unknown>>,
  refuse: (message: string) => void,
): void {
  for (const [field, value] of Object.entries(fields)) {
    if (RESERVED.has(field)) refuse(`status.${field} is not for blueprints to set`);
    if (Object.hasOwn(status, field)) refuse(`status.${field} is given twice`);
    status[field] = value;
  }
}

function compareObjects(a: ChildObject, b: ChildObject): number {
  return stageOf(a) - stageOf(b) || compareText(idOf(a), idOf(b));
}

function idOf({ apiVersion, kind, metadata }: ChildObject): string {
  return `${apiVersion}/${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
