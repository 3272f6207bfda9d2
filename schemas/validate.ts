// Does an object have the structure of its kind? The one place that asks the compiled validators. Each is loaded
// when its kind first appears, synchronously, so that callers need not wait on a hot path.

import { createRequire } from 'node:module';
import { explainErrors } from './explain-errors.ts';
import { kindInfo } from './kinds.ts';
import { runChecks } from './object-checks.ts';
import { compareFindings, type StructureFinding } from './structure-finding.ts';
import type { CompiledValidator, ValidatorModule } from './validator.ts';

export type { StructureFinding } from './structure-finding.ts';

/** More than a person repairs in one go; the rest shows once these are gone. */
const MOST_FINDINGS = 50;

// require() of a module is synchronous and cached; the validators are plain modules without top-level await.
const load = createRequire(import.meta.url);

/**
 * What is wrong with the structure of `object`, all at once; empty when it is a valid object of `kind`.
 * Judges the whole object, apiVersion, kind, metadata and status included. Throws RangeError for a kind that is none
 * of ours.
 */
export function validateObject(kind: string, object: unknown): StructureFinding[] {
  const info = kindInfo(kind);
  if (info === undefined) throw new RangeError(`${kind} is no kind of DappMesh`);
  return run(info.slug, object);
}

/** What is wrong with the structure of a contract document (ODCS v2.2.0 to v3.2.0); empty when it is valid. */
export function validateOdcs(document: unknown): StructureFinding[] {
  return run('odcs', document);
}

function run(name: string, value: unknown): StructureFinding[] {
  const { validate, checks } = load(`./generated/validators/${name}.js`) as ValidatorModule;
  const findings = isTooDeep(validate, value) ? [TOO_DEEP] : explainErrors(validate.errors ?? [], value);
  // Frees the errors, which hold on to the value.
  validate.errors = null;
  if (checks !== undefined) findings.push(...runChecks(checks, value));
  return bounded(findings.sort(compareFindings));
}

const TOO_DEEP: StructureFinding = { path: [], message: 'is nested too deeply to be read' };

/** Validates; true when the value exhausts the stack, as contract documents may, whose properties hold properties. */
function isTooDeep(validate: CompiledValidator, value: unknown): boolean {
  try {
    validate(value);
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function bounded(findings: StructureFinding[]): StructureFinding[] {
  if (findings.length <= MOST_FINDINGS) return findings;
  const kept = findings.slice(0, MOST_FINDINGS - 1);
  return [...kept, { path: [], message: 'has further faults that are not listed; correct these first' }];
}
