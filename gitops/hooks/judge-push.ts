// What a push would make of each branch, judged. Runs inside the pre-receive hook: the new objects are in git's
// quarantine and are found because git runs in the hook's own environment; nothing is checked out.

import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { identityOf } from '../cli/config.ts';
import { EXIT } from '../cli/failure.ts';
import { judgeChange } from '../cli/judge/judge-change.ts';
import type { Judging } from '../cli/judge/judge-objects.ts';
import { DEFAULT_BUNDLE, openEngine, toJudging } from '../cli/judge/open-engine.ts';
import { exitCodeOf } from '../cli/judge/report.ts';
import type { BlobCache } from '../cli/read/revision.ts';
import { readTrees } from '../cli/selection-git.ts';
import type { Shell } from '../cli/shell.ts';
import type { Tree } from '../cli/tree.ts';
import { buildTree, type DocumentCache } from '../cli/tree-builder.ts';
import { baseOf } from './base-commit.ts';
import { pushReport } from './push-report.ts';
import { isJudged, type PushedRef, parseRefs } from './pushed-refs.ts';
import { readSettings } from './settings.ts';

/**
 * Judges all branches of a push and says everything at once. Ends with the worst code of them, so that a fault of the
 * engine (2) is told from a denial (1); either refuses the push as a whole.
 */
export async function judgePush(options: { bundle?: string }, shell: Shell): Promise<void> {
  const refs = parseRefs(await text(shell.stdin)).filter(isJudged);
  if (refs.length === 0) return shell.exit(EXIT.ok);
  const bundle = options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle);
  const [engine, { trees }] = await Promise.all([openEngine(bundle), readSettings(shell.cwd)]);
  try {
    const judging = { ...toJudging(engine), now: shell.now(), user: identityOf({}, shell.config) };
    const caches = { blobs: new Map(), documents: new Map() };
    const codes: number[] = [];
    for (const ref of refs) codes.push(...(await judgeRef(ref, { trees, judging, caches, shell })));
    shell.exit(Math.max(...codes));
  } finally {
    await engine.close();
  }
}

interface Job {
  readonly trees: readonly string[];
  readonly judging: Judging;
  readonly caches: { readonly blobs: BlobCache; readonly documents: DocumentCache };
  readonly shell: Shell;
}

/** Reports every tree of a branch; gives the exit code of each. */
async function judgeRef(ref: PushedRef, { trees, judging, caches, shell }: Job): Promise<number[]> {
  const base = await baseOf(ref, shell.cwd);
  const codes: number[] = [];
  for (const folder of trees) {
    const shown = (path: string): string => (folder === '' ? path : `${folder}/${path}`);
    const [head = NOTHING] = await readTrees(shell.cwd, [ref.newCommit], folder, shown, caches);
    const [before = NOTHING] =
      base === undefined ? [] : await readTrees(shell.cwd, [base], folder, shown, caches);
    const report = await judgeChange({ base: before, head }, judging);
    shell.stderr.write(pushReport(ref, folder, report));
    codes.push(exitCodeOf(report));
  }
  return codes;
}

const NOTHING: Tree = buildTree({ files: [], unread: [] });
