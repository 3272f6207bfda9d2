// The report as GitHub workflow commands: annotations at the lines of a pull request.

import { toDottedPath, toObjectText } from '../../../policies/engine/verdict/verdict.ts';
import type { Report } from '../judge/report.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { printable, workflowData, workflowProperty } from './escape.ts';
import { plain, summaryText } from './text.ts';

/** One command per finding, then the summary. A summary cannot start a command: it holds no text from files. */
export function toGithub(report: Report): string {
  return [...report.findings.map(annotation), summaryText(report, plain), ''].join('\n');
}

function annotation(finding: LocatedFinding): string {
  const level = finding.enforcement === 'deny' ? 'error' : 'warning';
  const object = toObjectText(finding);
  const properties = {
    file: finding.file,
    line: String(finding.line),
    col: String(finding.column),
    title: `${finding.code} ${object}`.trimEnd(),
  };
  const list = Object.entries(properties).map(
    ([key, value]) => `${key}=${workflowProperty(printable(value))}`,
  );
  const path = finding.path.length === 0 ? '' : `${toDottedPath(finding.path)}: `;
  const message = printable(`${path}${finding.message}; ${finding.remedy}`);
  return `::${level} ${list.join(',')}::${workflowData(message)}`;
}
