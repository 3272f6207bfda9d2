// `dappmesh plan`: the Kubernetes objects that the named objects of a mesh would get, and what that would change.

import { resolve } from 'node:path';
import type { Engine } from '../../policies/engine/engine.ts';
import type { Blueprint } from '../../policies/engine/verdict/policy.ts';
import { identityOf } from './config.ts';
import { EXIT } from './failure.ts';
import type { Judging } from './judge/judge-objects.ts';
import { judgeLoaded, loadTree } from './judge/judge-tree.ts';
import { DEFAULT_BUNDLE, openEngine, toJudging } from './judge/open-engine.ts';
import { type LiveObjects, listAll, withCluster } from './live-objects.ts';
import { buildOwners } from './plan/build-owners.ts';
import type { Asking } from './plan/compare.ts';
import { makePlan } from './plan/make-plan.ts';
import { changesAnything, isIncomplete, type Plan, type PlannedOwner } from './plan/planned.ts';
import { listChildren } from './plan/prune.ts';
import { type PlanFormat, renderPlan } from './plan/render.ts';
import { findUnserved } from './plan/served.ts';
import { type Progress, startProgress } from './progress.ts';
import { type Selection, selectPaths } from './selection.ts';
import { selectRevision } from './selection-git.ts';
import type { Shell } from './shell.ts';

export interface PlanOptions {
  readonly rev?: string;
  readonly tree?: string;
  readonly cluster?: boolean;
  readonly kubeconfig?: string;
  readonly now?: Date;
  readonly bundle?: string;
  readonly exitCode?: boolean;
  readonly output: PlanFormat;
}

/** Plans what was named and writes the plan. Throws CannotJudgeError when there is none. */
export async function plan(paths: readonly string[], options: PlanOptions, shell: Shell): Promise<void> {
  const progress = startProgress(shell.stderr);
  try {
    const selection = await select(paths, options, shell);
    const bundle = options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle);
    const engine = await openEngine(bundle, { builds: true });
    try {
      const made = await makeOf(selection, engine, { options, shell, progress });
      progress.end();
      shell.stdout.write(await renderPlan(options.output, made, shell.stdout));
      shell.exit(exitCodeOf(made, options));
    } finally {
      await engine.close();
    }
  } finally {
    progress.end();
  }
}

interface Context {
  readonly options: PlanOptions;
  readonly shell: Shell;
  readonly progress: Progress;
}

function select(
  paths: readonly string[],
  { rev, tree }: PlanOptions,
  { cwd, stdin }: Shell,
): Promise<Selection> {
  return rev === undefined
    ? selectPaths(paths.length === 0 ? ['.'] : paths, { cwd, stdin, tree })
    : selectRevision(rev, { cwd, tree, paths });
}

function makeOf(selection: Selection, engine: Engine, context: Context): Promise<Plan> {
  const { options, progress } = context;
  if (!options.cluster) return planTree(selection, engine, context);
  progress.phase('reading the cluster');
  return withCluster({ kubeconfig: options.kubeconfig }, async cluster =>
    planTree(selection, engine, context, { asking: cluster, live: await listAll(cluster) }),
  );
}

async function planTree(
  selection: Selection,
  engine: Engine,
  { options, shell, progress }: Context,
  cluster?: { asking: Asking; live: LiveObjects },
): Promise<Plan> {
  const now = options.now ?? shell.now();
  const user = identityOf({}, shell.config);
  const judging: Judging = { ...toJudging(engine), now, user, onProgress: progress.tick };
  const question = cluster === undefined ? { selection } : { selection, live: cluster.live };
  progress.phase('objects judged');
  const loaded = await loadTree(question, judging);
  const { findings } = await judgeLoaded(question, loaded, judging);
  progress.phase('objects built');
  const owners = await buildOwners(loaded, cluster?.live, judging);
  progress.phase('objects compared');
  const { policies, blueprints } = engine.bundle;
  const parts = { owners, findings, policies, onProgress: progress.tick };
  const compared = cluster !== undefined;
  if (!compared) return { compared, findings, owners: worthShowing(await makePlan(parts), blueprints) };
  const children = await listChildren(owners, blueprints, cluster.asking);
  const wanted = owners.flatMap(({ built }) => built.objects);
  const unserved = await findUnserved(wanted, cluster.asking);
  const planned = await makePlan({ ...parts, cluster: { ...cluster, children, unserved } });
  return { compared, findings, owners: worthShowing(planned, blueprints) };
}

/** Agreements and the like are built too, for their status; without objects there is nothing about them to plan. */
function worthShowing(owners: readonly PlannedOwner[], blueprints: readonly Blueprint[]): PlannedOwner[] {
  const makers = new Set(blueprints.filter(({ makes }) => makes.length > 0).flatMap(({ kinds }) => kinds));
  return owners.filter(
    ({ kind, waitsFor, faults }) => makers.has(kind) || waitsFor.length > 0 || faults.length > 0,
  );
}

function exitCodeOf(made: Plan, { exitCode }: PlanOptions): number {
  if (isIncomplete(made)) return EXIT.unjudged;
  return exitCode && changesAnything(made) ? EXIT.denied : EXIT.ok;
}
