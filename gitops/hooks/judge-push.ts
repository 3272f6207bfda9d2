// What a push would make of each branch, judged. Runs inside the pre-receive hook: the new objects are in git's
// quarantine and are found because git runs in the hook's own environment; nothing is checked out.

import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { identityOf } from '../cli/config.ts';
import { EXIT } from '../cli/failure.ts';
import { judgeChange } from '../cli/judge/judge-change.ts';
import type { Judging } from '../cli/judge/judge-objects.ts';
import { DEFAULT_BUNDLE, openEngine, toJudging } from '../cli/judge/open-engine.ts';
import type { BlobCache } from '../cli/read/revision.ts';
import { readTrees } from '../cli/selection-git.ts';
import type { Shell } from '../cli/shell.ts';
import type { Tree } from '../cli/tree.ts';
import { buildTree, type DocumentCache } from '../cli/tree-builder.ts';
import { baseOf } from './base-commit.ts';
import { pushReport } from './push-report.ts';
import { isJudged, type PushedRef, parseRefs } from './pushed-refs.ts';
import { readSettings } from './settings.ts';

/** Judges all branches of a push and says everything at once. Exit code 1 refuses the push as a whole. */
export async function judgePush(options: { bundle?: string }, shell: Shell): Promise<void> {
  const refs = parseRefs(await text(shell.stdin)).filter(isJudged);
  if (refs.length === 0) return shell.exit(EXIT.ok);
  const bundle = options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle);
  const [engine, { trees }] = await Promise.all([openEngine(bundle), readSettings(shell.cwd)]);
  try {
    const judging = { ...toJudging(engine), now: shell.now(), user: identityOf({}, shell.config) };
    const caches = { blobs: new Map(), documents: new Map() };
    const isAllowed: boolean[] = [];
    for (const ref of refs) isAllowed.push(await judgeRef(ref, { trees, judging, caches, shell }));
    shell.exit(isAllowed.every(Boolean) ? EXIT.ok : EXIT.denied);
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

async function judgeRef(ref: PushedRef, { trees, judging, caches, shell }: Job): Promise<boolean> {
  const base = await baseOf(ref, shell.cwd);
  let isAllowed = true;
  for (const folder of trees) {
    const shown = (path: string): string => (folder === '' ? path : `${folder}/${path}`);
    const [head = NOTHING] = await readTrees(shell.cwd, [ref.newCommit], folder, shown, caches);
    const [before = NOTHING] =
      base === undefined ? [] : await readTrees(shell.cwd, [base], folder, shown, caches);
    const report = await judgeChange({ base: before, head }, judging);
    shell.stderr.write(pushReport(ref, folder, report));
    isAllowed &&= report.summary.allowed;
  }
  return isAllowed;
}

const NOTHING: Tree = buildTree({ files: [], unread: [] });
