// The report as SARIF 2.1.0, as code scanning reads it (docs.oasis-open.org/sarif/sarif/v2.1.0).

import { createHash } from 'node:crypto';
import { toDottedPath, toJsonPointer, toObjectText } from '../../../policies/engine/verdict/verdict.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import type { Report } from '../judge/report.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { harmlessJson, markdownText, printable } from './escape.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** GitHub's scale for `security-severity`. */
const SEVERITY = { low: '3.0', medium: '5.5', high: '7.5', critical: '9.5' } as const;

/** One run; its rules are the catalogue entries of the codes that were found. */
export function toSarif(report: Report, catalogue: ReadonlyMap<string, CatalogueEntry>): string {
  const codes = [...new Set(report.findings.map(({ code }) => code))].sort();
  const driver = {
    name: 'dappmesh',
    semanticVersion: '0.1.0',
    rules: codes.map(code => rule(code, catalogue.get(code))),
  };
  const results = report.findings.map(finding => result(finding, codes.indexOf(finding.code)));
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  return `${harmlessJson({ $schema: SCHEMA, version: '2.1.0', runs: [run] })}\n`;
}

function rule(code: string, entry: CatalogueEntry | undefined): object {
  if (entry === undefined) return { id: code };
  return {
    id: code,
    name: entry.title.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.description },
    help: { text: entry.remedy, markdown: markdownText(entry.remedy) },
    defaultConfiguration: { level: entry.enforce.push === 'warn' ? 'warning' : 'error' },
    properties: { 'security-severity': SEVERITY[entry.severity], tags: ['dappmesh', ...entry.kinds] },
  };
}

function result(finding: LocatedFinding, ruleIndex: number): object {
  const object = toObjectText(finding);
  const dotted = toDottedPath(finding.path);
  const subject = printable([object, dotted].filter(part => part !== '').join(' '));
  const identity = [finding.code, object, toJsonPointer(finding.path), finding.message].join('\n');
  return {
    ruleId: finding.code,
    ruleIndex,
    level: finding.enforcement === 'deny' ? 'error' : 'warning',
    // Brackets would be taken for links to other places (SARIF 3.11.6).
    message: {
      text: printable(`${subject === '' ? '' : `${subject}: `}${finding.message}; ${finding.remedy}`).replace(
        /[\\[\]]/g,
        '\\$&',
      ),
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: finding.file.toWellFormed().split('/').map(encodeURIComponent).join('/') },
          region: { startLine: finding.line, startColumn: finding.column },
        },
        ...(object === ''
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: printable(subject), kind: 'object' }] }),
      },
    ],
    partialFingerprints: { 'dappmesh/v1': createHash('sha256').update(identity).digest('hex') },
  };
}
