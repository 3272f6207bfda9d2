// The report for people: place, code, problem, the line itself, what to do.

import { styleText } from 'node:util';
import { toDottedPath, toObjectText } from '../../../policies/engine/verdict/verdict.ts';
import { EXIT } from '../failure.ts';
import { exitCodeOf, type Report, type Summary } from '../judge/report.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { printable, printableSource } from './escape.ts';

/** Colours, or none of them. */
export type Paint = (style: 'red' | 'yellow' | 'green' | 'dim' | 'bold' | 'cyan', text: string) => string;

/** Colours if the stream is a terminal that shows them; NO_COLOR and FORCE_COLOR are respected. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream, validateStream: true });
}

export const plain: Paint = (_, text) => text;

/** Widest source line that is shown; longer ones are cut around the place. */
const SOURCE_WIDTH = 120;

/** The whole report as text, with a final line break. */
export function toText(report: Report, paint: Paint): string {
  const blocks = report.findings.map(finding => `${findingText(finding, paint)}\n`);
  return `${blocks.join('\n')}${blocks.length > 0 ? '\n' : ''}${summaryText(report, paint)}\n`;
}

/** One finding: three to five lines. */
export function findingText(finding: LocatedFinding, paint: Paint): string {
  const isDenied = finding.enforcement === 'deny';
  const place = paint('bold', `${printable(finding.file)}:${finding.line}:${finding.column}`);
  const label = isDenied ? paint('red', 'DENY') : paint('yellow', 'WARN');
  const object = toObjectText(finding);
  const path = finding.path.length === 0 ? '' : ` ${toDottedPath(finding.path)}`;
  const subject = printable(`${object}${path}`).trimStart();
  const message = printable(finding.message);
  const lines = [`${place}  ${label} [${finding.code}] ${subject === '' ? '' : `${subject}: `}${message}`];
  lines.push(...excerpt(finding, paint));
  lines.push(
    `    ${paint('cyan', 'remedy:')} ${printable(finding.remedy)}  ${paint('dim', `(dappmesh explain ${finding.code})`)}`,
  );
  return lines.join('\n');
}

/** The line of the file with a mark under the place. */
function excerpt({ source, line, column }: LocatedFinding, paint: Paint): string[] {
  if (source.trim() === '') return [];
  const start = Math.max(0, Math.min(column - 1 - SOURCE_WIDTH / 2, source.length - SOURCE_WIDTH));
  const shown = printableSource(source.slice(start, start + SOURCE_WIDTH));
  const before = printableSource(source.slice(start, column - 1));
  const number = String(line);
  const margin = ' '.repeat(number.length);
  return [
    `    ${paint('dim', `${number} |`)} ${shown}`,
    `    ${paint('dim', `${margin} |`)} ${' '.repeat(before.length)}${paint('bold', '^')}`,
  ];
}

/** What it comes to, in one line, and what was left out. */
export function summaryText(report: Report, paint: Paint): string {
  const { summary } = report;
  const verdict = verdictText(report, paint);
  const counts = [count(summary.denied, 'denial'), count(summary.warned, 'warning')].join(', ');
  const objects = `${count(summary.objects, 'object')} judged in ${count(summary.files, 'file')}`;
  const lines = [`${verdict}: ${counts}; ${objects}${others(summary)}`];
  if (summary.skipped.length > 0) {
    lines.push(
      `not judged, as nobody said who pushes (--user, DAPPMESH_USER): ${summary.skipped.join(', ')}`,
    );
  }
  return lines.join('\n');
}

function verdictText(report: Report, paint: Paint): string {
  if (report.summary.allowed) return paint('green', 'allowed');
  return paint('red', exitCodeOf(report) === EXIT.unjudged ? 'could not judge' : 'denied');
}

function others({ others: number }: Summary): string {
  return number === 0 ? '' : `, ${count(number, 'other document')} left alone`;
}

/** `1 denial`, `2 denials`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
