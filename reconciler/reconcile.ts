// One reconcile: gather → judge → plan → apply → status → report. Level-based: it never looks at what happened, only at
// what is.

import type { Built } from '../policies/engine/children/built.ts';
import { IN_USE_FINALIZER } from '../policies/engine/children/in-use.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import type { Finding } from '../policies/engine/verdict/verdict.ts';
import { findingLine } from '../policies/engine/verdict/wording.ts';
import { applyPlan, type ChildOutcome, closeAccess } from './apply.ts';
import { REASONS, type State } from './conditions.ts';
import type { Deps } from './deps.ts';
import type { Problem } from './faults.ts';
import { finalizersOf, keepFinalizer } from './finalizer.ts';
import { auditOf, awaitedCopies, buildOf, observe } from './gather.ts';
import { keepReport } from './keep-report.ts';
import type { Key } from './key.ts';
import { type Plan, planChanges } from './plan.ts';
import { list, problemsOf, stateOfChildren } from './progress.ts';
import { type Outcome, writeStatus } from './status.ts';
import { tellFailure } from './tell-failure.ts';
import { missingReferences, refusePassingFaults, toCompliance } from './verdicts.ts';
import { LIFETIME_MS, REFUSAL_MS } from './written.ts';

export interface ReconcileOutcome {
  /** When to look again although nothing may have happened. */
  readonly requeueAfterMs?: number;
  /** Needs a human: counted, and not tried again by itself. */
  readonly isTerminal: boolean;
}

/**
 * meta/v1: the deleter wants dependents to go before the object itself. The garbage collector then removes all of them
 * at once, held or not, blockOwnerDeletion or not (kubernetes:pkg/controller/garbagecollector, processTransitions).
 */
const FOREGROUND = 'foregroundDeletion';
/** What was refused may be allowed by now; a little later than it is remembered. */
const REFUSED_RETRY_MS = REFUSAL_MS + 5_000;
/** What is missing announces itself; this is for what the watches do not show (permissions, definitions). */
const SAFETY_RETRY_MS = 600_000;

/**
 * Brings one object's children and status to what its spec asks for. Throws what may pass by itself; the caller backs
 * off. A second call without a change in between writes nothing.
 */
export async function reconcile(key: Key, deps: Deps, signal: AbortSignal): Promise<ReconcileOutcome> {
  const owner = deps.store.get(key);
  if (owner === undefined) return { isTerminal: false };
  try {
    const enforced = await enforce(owner, deps, signal);
    if (enforced.outcome !== undefined) await writeStatus(owner, enforced.outcome, deps, signal);
    // Last: whatever a report meets, the object has what it needs.
    const { findings } = enforced;
    const lookMs = findings === undefined ? undefined : await keepReport(owner, findings, deps, signal);
    return toResult(enforced, lookMs, deps.now());
  } catch (error) {
    await tellFailure(key, owner, error, deps, signal);
    throw error;
  }
}

interface Enforced {
  /** Absent when there is nothing to say: the object is on its way out. */
  readonly outcome?: Outcome;
  /** What the audit found; absent when it was not asked. */
  readonly findings?: readonly Finding[];
  /** When the answer changes by itself. */
  readonly until?: Date | undefined;
  /** Some child was written and no watch shows it; one that is gone again may never be shown. */
  readonly isUnseen?: boolean;
  /** Something is in the way of a child of an object that stays only because it is used. */
  readonly isRefused?: boolean;
}

function enforce(owner: MeshObject, deps: Deps, signal: AbortSignal): Promise<Enforced> {
  return owner.metadata['deletionTimestamp'] === undefined
    ? maintain(owner, deps, signal)
    : release(owner, deps, signal);
}

/**
 * Lets a deleted object go unless somebody still uses it: until then its children are kept in shape, afterwards they go
 * with it, by their owner reference.
 */
async function release(owner: MeshObject, deps: Deps, signal: AbortSignal): Promise<Enforced> {
  const { finalizers } = finalizersOf(owner, deps);
  if (!finalizers.includes(IN_USE_FINALIZER)) return {};
  const built = await deps.engine.build(buildOf(owner, deps));
  refusePassingFaults(built.faults);
  if (built.faults.length > 0) return { outcome: { state: stateOfFaults(built) } };
  if (built.holds.length === 0) {
    await keepFinalizer(owner, false, deps, signal);
    return {};
  }
  const isComplete = built.waitsFor.length === 0 && unservedKinds(built, deps).length === 0;
  // What the garbage collector removes first, by the deleter's wish, must not be made again.
  const isKept = isComplete && !finalizers.includes(FOREGROUND);
  const write = isKept ? applyPlan : closeAccess;
  const children = await write(planFor(owner, built, deps), deps, signal);
  const problems = list(problemsOf(children).map(problem => problem.message));
  const used = `deleted, but still used: ${list(built.holds.map(hold => hold.message))}`;
  const message = problems === '' ? used : `${used}; ${problems}`;
  const state = { kind: 'stalled', reason: REASONS.inUse, message } as const;
  return {
    outcome: { state },
    until: built.until,
    isUnseen: hasUnseen(children),
    isRefused: problems !== '',
  };
}

async function maintain(owner: MeshObject, deps: Deps, signal: AbortSignal): Promise<Enforced> {
  const isSuspended = owner.spec?.['suspend'] === true;
  const [{ findings }, built] = await Promise.all([
    deps.engine.judge(auditOf(owner, deps)),
    isSuspended ? undefined : deps.engine.build(buildOf(owner, deps)),
  ]);
  refusePassingFaults([...findings, ...(built?.faults ?? [])]);
  const compliance = toCompliance(findings);
  // Suspended is what is built, not the verdict: condition and report go on saying what is.
  if (built === undefined) return { outcome: { state: { kind: 'suspended' }, compliance }, findings };
  if (built.faults.length > 0) return { outcome: { state: stateOfFaults(built), compliance }, findings };

  await keepFinalizer(owner, built.holds.length > 0, deps, signal);
  const awaited = [
    ...missingReferences(findings, deps.engine.bundle),
    ...built.waitsFor.map(({ message }) => message),
    ...unservedKinds(built, deps),
  ];
  const about = { compliance, fields: built.status };
  const { until } = built;
  const plan = planFor(owner, built, deps);
  if (awaited.length > 0) {
    // What an agreement gave ends with it, however long the rest has to wait.
    const children = await closeAccess(plan, deps, signal);
    const state = waitingFor(awaited, problemsOf(children));
    return { outcome: { state, ...about }, findings, until, isUnseen: hasUnseen(children) };
  }
  const copies = awaitedCopies(owner, built, deps);
  const children = await applyPlan(plan, deps, signal);
  const outcome = { state: stateWith(copies, stateOfChildren(children, built)), ...about };
  return { outcome, findings, until, isUnseen: hasUnseen(children) };
}

/** What a Secret copies keeps nothing else from being built: two products may wait for each other's. */
function stateWith(missing: readonly string[], state: State): State {
  if (missing.length === 0 || state.kind === 'stalled' || state.kind === 'waiting') return state;
  return waitingFor(missing, []);
}

/** What is missing announces itself; what is in the way of a child has to be tried again. */
function waitingFor(missing: readonly string[], problems: readonly Problem[]): State {
  const message = list([...missing, ...problems.map(problem => problem.message)]);
  const isWatched = problems.length === 0;
  return { kind: 'waiting', reason: REASONS.dependencyNotReady, message, isWatched };
}

function planFor(owner: MeshObject, built: Built, deps: Deps): Plan {
  return planChanges(observe(owner, built, deps));
}

function hasUnseen(children: readonly ChildOutcome[]): boolean {
  return children.some(({ live, problem }) => live === undefined && problem === undefined);
}

/** Kinds of operators that are not installed. */
function unservedKinds({ objects }: Built, { served }: Deps): readonly string[] {
  return objects
    .filter(({ apiVersion, kind }) => !served(apiVersion, kind))
    .map(({ apiVersion, kind }) => `the API server does not serve ${kind} in ${apiVersion}`);
}

function stateOfFaults({ faults }: Built): State {
  return {
    kind: 'stalled',
    reason: REASONS.reconciliationFailed,
    message: list(faults.map(findingLine)),
  };
}

function toResult(
  { outcome, until, isUnseen = false, isRefused = false }: Enforced,
  lookMs: number | undefined,
  now: Date,
): ReconcileOutcome {
  const delays = [
    ...(lookMs === undefined ? [] : [lookMs]),
    ...(until === undefined ? [] : [Math.max(until.getTime() - now.getTime(), 0)]),
    ...retryOf(outcome?.state),
    ...(isUnseen ? [LIFETIME_MS] : []),
    ...(isRefused ? [REFUSED_RETRY_MS] : []),
  ];
  const isTerminal = outcome?.state.kind === 'stalled';
  const soonest = Math.min(...delays);
  return Number.isFinite(soonest) ? { isTerminal, requeueAfterMs: soonest } : { isTerminal };
}

function retryOf(state: State | undefined): readonly number[] {
  if (state?.kind === 'waiting') return [state.isWatched ? SAFETY_RETRY_MS : REFUSED_RETRY_MS];
  if (state?.kind !== 'stalled') return [];
  if (state.reason === REASONS.fieldConflict) return [REFUSED_RETRY_MS];
  return state.reason === REASONS.accessDenied ? [SAFETY_RETRY_MS] : [];
}
