// The report as JUnit XML: one test case per finding, so that CI systems list them; one passed case when clean.

import { toDottedPath, toObjectText } from '../../../policies/engine/verdict/verdict.ts';
import type { Report } from '../judge/report.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { xmlText } from './escape.ts';

/** Denials are failures; warnings are passed cases that say so in their output. */
export function toJunit({ summary, findings }: Report): string {
  const cases =
    findings.length === 0 ? ['    <testcase classname="dappmesh" name="check"/>'] : findings.map(testCase);
  const counts = `tests="${cases.length}" failures="${summary.denied}" errors="0" skipped="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dappmesh check" ${counts}>`,
    `  <testsuite name="dappmesh check" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(finding: LocatedFinding): string {
  const object = toObjectText(finding);
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const path = finding.path.length === 0 ? '' : `${toDottedPath(finding.path)}: `;
  const name = xmlText(`${finding.code} ${object} ${toDottedPath(finding.path)}`.trim());
  const text = xmlText(`${place} ${path}${finding.message}; ${finding.remedy}`);
  const attributes = `classname="${xmlText(finding.file)}" name="${name}" file="${xmlText(finding.file)}" line="${finding.line}"`;
  const body =
    finding.enforcement === 'deny'
      ? `<failure type="${finding.code}" message="${xmlText(finding.message)}">${text}</failure>`
      : `<system-out>warning: ${text}</system-out>`;
  return `    <testcase ${attributes}>${body}</testcase>`;
}
