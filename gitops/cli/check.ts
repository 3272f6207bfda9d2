// `dappmesh check`: files, folders, standard input, a git revision or a range of them → a report and an exit code.

import { resolve } from 'node:path';
import type { Engine } from '../../policies/engine/engine.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { identityOf } from './config.ts';
import { CannotJudgeError } from './failure.ts';
import { judgeChange } from './judge/judge-change.ts';
import type { Judging } from './judge/judge-objects.ts';
import { judgeTree } from './judge/judge-tree.ts';
import { DEFAULT_BUNDLE, openEngine, toJudging } from './judge/open-engine.ts';
import { exitCodeOf, type Report } from './judge/report.ts';
import { type Format, render } from './output/render.ts';
import { startProgress } from './progress.ts';
import { selectPaths } from './selection.ts';
import { selectRange, selectRevision } from './selection-git.ts';
import type { Shell } from './shell.ts';

export interface CheckOptions {
  readonly rev?: string;
  readonly range?: string;
  readonly tree?: string;
  readonly cluster?: boolean;
  readonly kubeconfig?: string;
  readonly user?: string;
  readonly group?: string[];
  readonly now?: Date;
  readonly bundle?: string;
  readonly strict?: boolean;
  readonly output: Format;
}

/** Judges what was named and writes the report. Throws CannotJudgeError when there is no verdict. */
export async function check(paths: readonly string[], options: CheckOptions, shell: Shell): Promise<void> {
  refuseContradictions(paths, options);
  const engine = openEngine(
    options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle),
  );
  // Reported where it is awaited; until then files are read, and a rejection must not end the process.
  engine.catch(() => {});
  const progress = startProgress(shell.stderr);
  // The engine starts its threads while files are read.
  const judging = async (): Promise<Judging> => {
    const opened = toJudging(await engine);
    progress.phase('objects judged');
    const now = options.now ?? shell.now();
    return { ...opened, now, user: identityOf(options, shell.config), onProgress: progress.tick };
  };
  try {
    const report = await judge(paths, options, shell, judging);
    progress.end();
    const { policies } = (await engine).bundle;
    shell.stdout.write(await render(options.output, report, { policies, stream: shell.stdout }));
    shell.exit(exitCodeOf(report));
  } finally {
    progress.end();
    await closeQuietly(engine);
  }
}

async function judge(
  paths: readonly string[],
  options: CheckOptions,
  shell: Shell,
  judging: () => Promise<Judging>,
): Promise<Report> {
  const { cwd, stdin } = shell;
  const strict = options.strict ?? false;
  if (options.range !== undefined) {
    const change = await selectRange(options.range, { cwd, tree: options.tree });
    return judgeChange({ ...change, strict }, await judging());
  }
  const live = options.cluster ? listLive(options.kubeconfig) : undefined;
  // Thrown where it is awaited; files that cannot be read are said first, and then nobody waits for the cluster.
  live?.catch(() => {});
  const selection =
    options.rev === undefined
      ? await selectPaths(paths.length === 0 ? ['.'] : paths, { cwd, stdin, tree: options.tree })
      : await selectRevision(options.rev, { cwd, tree: options.tree, paths });
  const objects = await live;
  return judgeTree(
    { selection, strict, ...(objects === undefined ? {} : { live: objects }) },
    await judging(),
  );
}

async function listLive(kubeconfig: string | undefined): Promise<Map<string, MeshObject>> {
  const { listLiveObjects } = await import('./live-objects.ts');
  return listLiveObjects(kubeconfig);
}

function refuseContradictions(paths: readonly string[], options: CheckOptions): void {
  const { rev, range, cluster } = options;
  if (rev !== undefined && range !== undefined)
    throw new CannotJudgeError('--rev and --range exclude each other');
  if (range !== undefined && paths.length > 0)
    throw new CannotJudgeError('--range judges a whole change and takes no paths');
  if (range !== undefined && cluster)
    throw new CannotJudgeError('--range compares with the base revision, not with a cluster');
}

/** Threads must end even if nothing was judged; an engine that did not start, or what came before it, has been said. */
async function closeQuietly(engine: Promise<Engine>): Promise<void> {
  const opened = await engine.catch(() => undefined);
  await opened?.close();
}
