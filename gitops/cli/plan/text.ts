// A plan for people: per owner what is awaited and held, then its objects, each with a sign and what changes in it.

import { structuredPatch } from 'diff';
import { toTimestamp } from '../../../policies/engine/verdict/review.ts';
import { toDottedPath, toObjectText } from '../../../policies/engine/verdict/verdict.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { printable } from '../output/escape.ts';
import { count, type Paint } from '../output/text.ts';
import { keyOf } from '../tree.ts';
import type { Change } from './changes.ts';
import {
  type Action,
  countActions,
  type Plan,
  type PlannedObject,
  type PlannedOwner,
  titleOf,
} from './planned.ts';

type Style = Parameters<Paint>[0];

const SIGNS: { readonly [Name in Action]: readonly [string, Style | undefined] } = {
  make: ['·', undefined],
  create: ['+', 'green'],
  change: ['~', 'yellow'],
  prune: ['-', 'red'],
  same: ['=', 'dim'],
  keep: ['!', 'yellow'],
  wait: ['…', 'dim'],
  refused: ['x', 'red'],
};

/** Longest value that is shown on one line. */
const VALUE_LIMIT = 160;
const CONTEXT_LINES = 2;

/** The whole plan, with a final line break. */
export function planText(plan: Plan, paint: Paint): string {
  const blocks = plan.owners.map(owner => `${ownerLines(owner, plan.findings, paint).join('\n')}\n`);
  return [...blocks, `${summaryText(plan, paint)}\n`].join('\n');
}

function ownerLines(owner: PlannedOwner, findings: readonly LocatedFinding[], paint: Paint): string[] {
  const { kind, namespace, name, file } = owner;
  const title = toObjectText({ kind, namespace, name });
  const denied = findings.filter(
    finding =>
      finding.enforcement === 'deny' &&
      !owner.waitsFor.some(({ message }) => message === finding.message) &&
      keyOf(finding.kind, finding.namespace, finding.name) === keyOf(kind, namespace, name),
  );
  return [
    `${paint('bold', printable(title))}  ${paint('dim', printable(file))}`,
    ...denied.map(({ code, path, message }) =>
      note('denied by a check', `[${code}] ${atPath(path)}${message}`, 'red', paint),
    ),
    ...owner.faults.map(({ code, message }) => note('could not plan', `[${code}] ${message}`, 'red', paint)),
    ...(owner.suspended
      ? [note('suspended', 'nothing is applied until it is resumed', 'yellow', paint)]
      : []),
    ...owner.waitsFor.map(({ path, message }) =>
      note(
        'waits',
        `${atPath(path)}${message}; until then nothing changes but access that ends`,
        'yellow',
        paint,
      ),
    ),
    ...holdTexts(owner).map(text => note('held from deletion', text, 'cyan', paint)),
    ...(owner.until === undefined
      ? []
      : [note('changes by itself', `at ${toTimestamp(owner.until)}`, 'cyan', paint)]),
    ...(owner.objects.length === 0 && owner.faults.length === 0 ? [paint('dim', '  no objects')] : []),
    ...owner.objects.flatMap(object => objectLines(object, paint)),
  ];
}

/** One line per reason, with the components that it holds. */
function holdTexts({ holds }: PlannedOwner): string[] {
  return [...Map.groupBy(holds, ({ message }) => message)].map(([message, same]) => {
    const components = same.map(({ component }) => component).filter(component => component !== '');
    return components.length === 0 ? message : `${components.join(', ')}: ${message}`;
  });
}

function atPath(path: LocatedFinding['path']): string {
  return path.length === 0 ? '' : `${toDottedPath(path)}: `;
}

function note(label: string, text: string, style: Style, paint: Paint): string {
  return `  ${paint(style, `${label}:`)} ${printable(text)}`;
}

function objectLines(object: PlannedObject, paint: Paint): string[] {
  const [sign, style] = SIGNS[object.action];
  const line = `  ${sign} ${printable(titleOf(object))}`;
  return [
    style === undefined ? line : paint(style, line),
    ...(object.why === '' ? [] : [`      ${printable(object.why)}`]),
    ...object.changes.flatMap(change => changeLines(change, paint)),
  ];
}

function changeLines(change: Change, paint: Paint): string[] {
  const path = printable(toDottedPath(change.path));
  const { before, after } = change;
  if (!('before' in change)) return [paint('green', `      + ${path}: ${valueText(after)}`)];
  if (!('after' in change)) return [paint('red', `      - ${path}: ${valueText(before)}`)];
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n'))
    return [`      ${path}:`, ...lineDiff(before, after, paint)];
  return [`      ${path}: ${paint('red', valueText(before))} → ${paint('green', valueText(after))}`];
}

/** Scripts and SQL: only the lines that change, with some around them. */
function lineDiff(before: string, after: string, paint: Paint): string[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: CONTEXT_LINES });
  return hunks.flatMap(({ newStart, lines }) => [
    paint('cyan', `        @@ line ${newStart}`),
    ...lines.map(line => {
      const text = `        ${printable(line)}`;
      return line.startsWith('+') ? paint('green', text) : line.startsWith('-') ? paint('red', text) : text;
    }),
  ]);
}

function valueText(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? 'nothing');
  return text.length <= VALUE_LIMIT ? text : `${text.slice(0, VALUE_LIMIT)}… (${text.length} characters)`;
}

function summaryText(plan: Plan, paint: Paint): string {
  const counts = countActions(plan);
  const owners = count(plan.owners.length, 'object');
  const waiting = counts.wait === 0 ? '' : `, ${counts.wait} waiting`;
  if (!plan.compared) {
    const text = `${count(counts.make + counts.wait, 'Kubernetes object')} for ${owners} of the mesh${waiting}`;
    return `${paint('bold', 'plan')}: ${text}; --cluster compares with what lives`;
  }
  const parts = [
    `${counts.create} to create`,
    `${counts.change} to change`,
    `${counts.prune} to prune`,
    `${counts.same} the same`,
    ...(counts.keep === 0 ? [] : [`${counts.keep} kept for who holds them`]),
    ...(counts.refused === 0 ? [] : [`${counts.refused} refused by the API server`]),
  ];
  return `${paint('bold', 'plan')}: ${parts.join(', ')}${waiting}; for ${owners} of the mesh`;
}
