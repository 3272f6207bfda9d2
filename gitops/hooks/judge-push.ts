// What a push would make of each branch, judged. Runs inside the pre-receive hook: the new objects are in git's
// quarantine and are found because git runs in the hook's own environment; nothing is checked out.

import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { identityOf } from '../cli/config.ts';
import { EXIT } from '../cli/failure.ts';
import { judgeChange } from '../cli/judge/judge-change.ts';
import type { Judging } from '../cli/judge/judge-objects.ts';
import { DEFAULT_BUNDLE, openEngine, toJudging } from '../cli/judge/open-engine.ts';
import type { Report } from '../cli/judge/report.ts';
import { printable } from '../cli/output/escape.ts';
import { findingText, plain, summaryText } from '../cli/output/text.ts';
import type { BlobCache } from '../cli/read/revision.ts';
import { readTrees } from '../cli/selection-git.ts';
import type { Shell } from '../cli/shell.ts';
import type { Tree } from '../cli/tree.ts';
import { buildTree, type DocumentCache } from '../cli/tree-builder.ts';
import { baseOf } from './base-commit.ts';
import { isJudged, type PushedRef, parseRefs } from './pushed-refs.ts';
import { readSettings } from './settings.ts';

/** A push of very many faults must stay readable; the rest shows in `dappmesh check --range`. */
const SHOWN_FINDINGS = 50;

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
    shell.stderr.write(reportText(ref, folder, report));
    isAllowed &&= report.summary.allowed;
  }
  return isAllowed;
}

const NOTHING: Tree = buildTree({ files: [], unread: [] });

/** git puts `remote: ` before each line, so lines are short and there are no colours. */
function reportText(ref: PushedRef, folder: string, report: Report): string {
  const branch = printable(ref.name.replace('refs/heads/', ''));
  const where = folder === '' ? branch : `${branch}, ${printable(folder)}`;
  const fresh = report.findings.filter(({ isOld }) => !isOld);
  // Denials first: whoever reads only the top must see why.
  const sorted = fresh.toSorted(
    (a, b) => Number(a.enforcement === 'warn') - Number(b.enforcement === 'warn'),
  );
  const shown = sorted.slice(0, SHOWN_FINDINGS);
  const blocks = shown.map(finding => `${findingText(finding, plain)}\n\n`);
  const range = `dappmesh check --range ${ref.oldCommit.slice(0, 12)}..${ref.newCommit.slice(0, 12)}`;
  if (sorted.length > shown.length) blocks.push(`… and ${sorted.length - shown.length} more: ${range}\n\n`);
  const old = report.findings.length - fresh.length;
  if (old > 0)
    blocks.push(
      `${old} warnings about what this push does not touch: dappmesh check --rev ${ref.newCommit.slice(0, 12)}\n\n`,
    );
  return `dappmesh: ${where}\n\n${blocks.join('')}${summaryText(report, plain)}\n\n`;
}
