// Objects → findings, as admission would judge them: structure, then defaults in memory, then all policies.

import type { Engine } from '../../../policies/engine/engine.ts';
import { idleOverrides } from '../../../policies/engine/verdict/idle-overrides.ts';
import {
  buildReview,
  type MeshObject,
  type Question,
  type UserInfo,
} from '../../../policies/engine/verdict/review.ts';
import type { Finding, Path } from '../../../policies/engine/verdict/verdict.ts';
import { kindInfo } from '../../../schemas/kinds.ts';
import { validateObject } from '../../../schemas/validate.ts';
import { inLanes } from '../in-lanes.ts';
import type { LocatedFinding } from '../located-finding.ts';
import type { Manifest } from '../tree.ts';
import type { LoadedInventory } from './load-inventory.ts';
import { IDLE_ENFORCEMENT, SCHEMA_FAULT } from './schema-fault.ts';

/** One object to judge: as it is now, as it was, or both. */
export interface Case {
  /** Where findings are shown: the file that holds the object, or held it when it is deleted. */
  readonly manifest: Manifest;
  readonly object: MeshObject | null;
  readonly oldObject: MeshObject | null;
}

export interface Judging {
  readonly engine: Engine;
  /** What policies look up; one for all trees that the engine judges. */
  readonly inventory: LoadedInventory;
  readonly now: Date;
  readonly user: UserInfo | undefined;
  /** Called after every object. */
  readonly onProgress?: () => void;
}

/** Enough to keep every thread busy, few enough to stay within the engine's queue. */
export const IN_FLIGHT = 64;
/** A command may take its time where an API server may not. */
export const BUDGET_MS = 60_000;

/** Fills in what is absent, as the mutating webhook does. Defaults that fail are findings of the object. */
export async function fillDefaults(
  manifests: readonly Manifest[],
  judging: Judging,
): Promise<{ filled: Map<string, MeshObject>; findings: LocatedFinding[] }> {
  const filled = new Map<string, MeshObject>();
  const findings: LocatedFinding[] = [];
  await inLanes(manifests, IN_FLIGHT, async manifest => {
    const { object, faults } = await judging.engine.fill(question(manifest.object, null, judging));
    filled.set(manifest.key, object ?? manifest.object);
    findings.push(...faults.map(fault => locate(fault, manifest)));
  });
  return { filled, findings };
}

/** Judges every case by its policies. The inventory must be loaded. */
export async function judgeCases(cases: readonly Case[], judging: Judging): Promise<LocatedFinding[]> {
  const findings: LocatedFinding[] = [];
  await inLanes(cases, IN_FLIGHT, async ({ manifest, object, oldObject }) => {
    const verdict = await judging.engine.judge(question(object, oldObject, judging));
    const told = verdict.findings.map(finding => judging.inventory.withNewExemption(finding));
    findings.push(...told.map(finding => locate(finding, manifest)));
    judging.onProgress?.();
  });
  return findings;
}

/**
 * What the API server itself would refuse: fields that the schema of the kind does not have, or has otherwise. And what
 * nobody would heed.
 */
export function judgeStructure(manifest: Manifest, { engine }: Judging): LocatedFinding[] {
  const { object } = manifest;
  const subject = {
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  };
  const toFinding =
    ({ code, severity, remedy }: StructureFault, enforcement: 'deny' | 'warn') =>
    ({ path, message }: { readonly path: Path; readonly message: string }): LocatedFinding =>
      locate({ code, severity, enforcement, ...subject, path, message, remedy, details: {} }, manifest);
  return [
    ...validateObject(object.kind, object).map(toFinding(SCHEMA_FAULT, 'deny')),
    ...idleOverrides(object, engine.bundle.policies).map(toFinding(IDLE_ENFORCEMENT, 'warn')),
  ];
}

type StructureFault = typeof SCHEMA_FAULT | typeof IDLE_ENFORCEMENT;

function question(object: MeshObject | null, oldObject: MeshObject | null, judging: Judging): Question {
  const operation = object === null ? 'DELETE' : oldObject === null ? 'CREATE' : 'UPDATE';
  const resource = kindInfo((object ?? oldObject)?.kind ?? '')?.plural ?? '';
  const { now, user } = judging;
  const identity = user === undefined ? {} : { userInfo: user };
  const review = buildReview({ object, oldObject, operation, resource, point: 'push', now, ...identity });
  return { ...review, budgetMs: BUDGET_MS };
}

function locate(finding: Finding, manifest: Manifest): LocatedFinding {
  return { ...finding, file: manifest.shown, ...manifest.locate(finding.path) };
}
