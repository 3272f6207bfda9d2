// What the person who pushes reads. git puts `remote: ` before each line, so there are no colours.

import type { Report } from '../cli/judge/report.ts';
import type { LocatedFinding } from '../cli/located-finding.ts';
import { printable } from '../cli/output/escape.ts';
import { count, findingText, plain, summaryText } from '../cli/output/text.ts';
import type { PushedRef } from './pushed-refs.ts';

/** More than one reads in a push; the command that shows the rest is named. */
const SHOWN_FINDINGS = 50;

/** The report of one branch, or of one tree of it: what the push does, in full; what was there before, counted. */
export function pushReport(
  { name, oldCommit, newCommit }: PushedRef,
  folder: string,
  report: Report,
): string {
  const branch = name.replace('refs/heads/', '');
  const where = printable(folder === '' ? branch : `${branch}, ${folder}`);
  const fresh = report.findings.filter(({ isOld }) => !isOld).sort(denialsFirst);
  const blocks = fresh.slice(0, SHOWN_FINDINGS).map(finding => findingText(finding, plain));
  const hidden = fresh.length - blocks.length;
  if (hidden > 0)
    blocks.push(`… and ${hidden} more: dappmesh check --range ${short(oldCommit)}..${short(newCommit)}`);
  const old = report.findings.length - fresh.length;
  if (old > 0) {
    const what = count(old, 'warning');
    blocks.push(`${what} about what this push does not touch: dappmesh check --rev ${short(newCommit)}`);
  }
  return `${[`dappmesh: ${where}`, ...blocks, summaryText(report, plain)].join('\n\n')}\n\n`;
}

/** Whoever reads only the top must see why. */
function denialsFirst(a: LocatedFinding, b: LocatedFinding): number {
  return Number(a.enforcement === 'warn') - Number(b.enforcement === 'warn');
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
