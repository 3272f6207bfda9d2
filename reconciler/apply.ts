// A plan → requests: what may take access away, then children in stages, then what else is no longer desired. What stands
// in the way of one child is a value; what passes by itself is thrown.

import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import { stageOf } from '../policies/engine/children/built.ts';
import { givesAccess } from '../policies/engine/children/child.ts';
import { type ApplyDeps, create, remove, update } from './child-writes.ts';
import { type Problem, problemOf } from './faults.ts';
import { refOfChild } from './gather.ts';
import { mapLimited } from './map-limited.ts';
import { accessOf, desiredHash, digestOf, type Plan, type Step } from './plan.ts';

/** Requests under way for one owner. */
const CONCURRENCY = 4;

/** What became of one child; without an object it was written, or what it reads was, and that is not seen yet. */
export interface ChildOutcome {
  readonly desired: ChildObject;
  readonly live?: KubernetesObject;
  readonly problem?: Problem;
}

/**
 * Carries a plan out. Gives what became of the desired children in their order; those after a stage with a problem are
 * left out, and then nothing is removed but access. Throws what is worth another try, and when the lease is lost.
 */
export async function applyPlan(
  plan: Plan,
  deps: ApplyDeps,
  signal: AbortSignal,
): Promise<readonly ChildOutcome[]> {
  const closed = await closeAccess(plan, deps, signal);
  const done = new Map(closed.map(outcome => [outcome.desired, outcome]));
  const children: ChildOutcome[] = [];
  for (const stage of inStages(plan.steps)) {
    const outcomes = await mapLimited(
      stage,
      CONCURRENCY,
      async step => done.get(step.desired) ?? (await carryOut(step, deps, signal)),
    );
    children.push(...outcomes);
    if (outcomes.some(({ problem }) => problem !== undefined)) return children;
  }
  const others = plan.prune.filter(child => !givesAccess(child));
  await mapLimited(others, CONCURRENCY, child => remove(child, deps, signal));
  return children;
}

/**
 * Carries out what may take access away, all of it whatever becomes of the rest, also where nothing else may be done.
 * Gives what became of the desired children among it; throws as `applyPlan`, in the end.
 */
export async function closeAccess(
  plan: Plan,
  deps: ApplyDeps,
  signal: AbortSignal,
): Promise<readonly ChildOutcome[]> {
  const { steps, prune } = accessOf(plan);
  const outcomes: ChildOutcome[] = [];
  const errors: unknown[] = [];
  const tasks = [
    ...prune.map(child => () => remove(child, deps, signal)),
    ...steps.map(step => async () => void outcomes.push(await carryOut(step, deps, signal))),
  ];
  await mapLimited(tasks, CONCURRENCY, task => task().catch((error: unknown) => void errors.push(error)));
  if (errors.length > 0) throw errors[0];
  return outcomes;
}

async function carryOut(step: Step, deps: ApplyDeps, signal: AbortSignal): Promise<ChildOutcome> {
  const { desired } = step;
  switch (step.action) {
    case 'keep':
    case 'terminating':
      return { desired, live: step.live };
    case 'await':
      return { desired };
    case 'refuse':
      return { desired, problem: { kind: 'conflict', message: `it belongs to ${step.holder}` } };
    case 'create':
      return withProblem(desired, undefined, deps, () => create(desired, step.madeUp, deps, signal));
    case 'update':
      return withProblem(desired, step.live, deps, () => update(desired, step.live, deps, signal));
  }
}

/** A child that was refused is not tried again before it, or what is asked for, has changed, or some time is over. */
async function withProblem(
  desired: ChildObject,
  live: KubernetesObject | undefined,
  { written }: ApplyDeps,
  write: () => Promise<KubernetesObject | Problem>,
): Promise<ChildOutcome> {
  const attempt = `${desiredHash(desired)} ${live === undefined ? '' : digestOf(live)}`;
  const ref = refOfChild(desired);
  const before = written.problem(ref, attempt);
  if (before !== undefined) return { desired, problem: before };
  const outcome = await write().catch((error: unknown) => {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return problem;
  });
  if ('metadata' in outcome) return { desired, live: outcome };
  written.refused(ref, attempt, outcome);
  return { desired, problem: outcome };
}

/** Steps of one stage together, lower stages first. */
function inStages(steps: readonly Step[]): Step[][] {
  const stages = new Map<number, Step[]>();
  for (const step of steps) {
    const stage = stageOf(step.desired);
    stages.set(stage, [...(stages.get(stage) ?? []), step]);
  }
  return [...stages].toSorted(([a], [b]) => a - b).map(([, members]) => members);
}
