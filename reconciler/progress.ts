// What became of the children → where their owner stands. Pure.

import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import type { Built } from '../policies/engine/children/built.ts';
import type { ChildOutcome } from './apply.ts';
import { REASONS, type State } from './conditions.ts';
import type { Problem } from './faults.ts';
import { readinessOf } from './readiness/readiness.ts';

/** Names in one message; the rest is counted. */
const NAMED = 3;

/** Problems first, then failed children, then those on their way; ready when all are. */
export function stateOfChildren(children: readonly ChildOutcome[], { ready, objects }: Built): State {
  const problems = problemsOf(children);
  if (problems.length > 0) return stateOfProblems(problems);
  const unready = children.map(describe).filter(line => line !== undefined);
  const failures = unready.filter(({ isFailed }) => isFailed).map(({ text }) => text);
  if (failures.length > 0)
    return { kind: 'stalled', reason: REASONS.healthCheckFailed, message: list(failures) };
  if (unready.length > 0)
    return { kind: 'progressing', message: `waiting: ${list(unready.map(({ text }) => text))}` };
  const message = objects.length === 0 ? 'nothing to build' : `${objects.length} objects are in place`;
  return { kind: 'ready', ...(ready ?? { reason: REASONS.succeeded, message }) };
}

/** What stands in the way of children, each with the name of its child. */
export function problemsOf(children: readonly ChildOutcome[]): readonly Problem[] {
  return children.flatMap(({ desired, problem }) =>
    problem === undefined ? [] : [{ ...problem, message: `${nameOf(desired)}: ${problem.message}` }],
  );
}

/** Texts as one, in a stable order. */
export function list(texts: readonly string[]): string {
  const sorted = [...new Set(texts)].toSorted();
  const named = sorted.slice(0, NAMED).join('; ');
  return sorted.length > NAMED ? `${named}; and ${sorted.length - NAMED} more` : named;
}

/** A conflict needs its parties, a denial the platform team, a refusal whoever wrote the spec or the blueprint. */
function stateOfProblems(problems: readonly Problem[]): State {
  const of = (kind: Problem['kind']) => problems.filter(problem => problem.kind === kind);
  const message = list(problems.map(problem => problem.message));
  if (of('conflict').length > 0) return { kind: 'stalled', reason: REASONS.fieldConflict, message };
  if (of('denied').length > 0) return { kind: 'stalled', reason: REASONS.accessDenied, message };
  if (of('refused').length > 0) return { kind: 'stalled', reason: REASONS.reconciliationFailed, message };
  return { kind: 'waiting', reason: REASONS.dependencyNotReady, message, isWatched: false };
}

function describe({ desired, live }: ChildOutcome): { text: string; isFailed: boolean } | undefined {
  if (live === undefined) return { text: `${nameOf(desired)} is just being made`, isFailed: false };
  const readiness = readinessOf(live);
  if (readiness.state === 'current') return undefined;
  return { text: `${nameOf(desired)} ${readiness.message}`, isFailed: readiness.state === 'failed' };
}

function nameOf({ kind, metadata }: ChildObject): string {
  return `${kind} ${metadata.name}`;
}
