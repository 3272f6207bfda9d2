// The report for programs.

import { toJsonPointer } from '../../../policies/engine/verdict/verdict.ts';
import type { Report } from '../judge/report.ts';
import { harmlessJson } from './escape.ts';

/** `{summary, findings: […]}`; `path` is a JSON Pointer into the object. */
export function toJson({ summary, findings }: Report): string {
  const rows = findings.map(finding => ({
    code: finding.code,
    severity: finding.severity,
    enforcement: finding.enforcement,
    kind: finding.kind,
    namespace: finding.namespace,
    name: finding.name,
    path: toJsonPointer(finding.path),
    file: finding.file,
    line: finding.line,
    column: finding.column,
    message: finding.message,
    remedy: finding.remedy,
  }));
  return `${harmlessJson({ summary, findings: rows })}\n`;
}
