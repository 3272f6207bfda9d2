// How a verdict is worded for the API server: the denial's message, warnings, audit annotations.
// Limits: kubernetes/apiserver pkg/endpoints/filters/warning.go, pkg/admission/attributes.go; Flux and Argo CD act
// on some words and cut others, so the text never holds them and never holds a time or an id.

import { toOneLine, truncate, truncateBytes } from './one-line.ts';
import { compareFindings, type Finding, toDottedPath, toObjectText, type Verdict } from './verdict.ts';

const DENIAL_BYTES = 2048;
const WARNING_CHARACTERS = 120;
/** Warnings in one answer; the API server cuts all of them when they exceed 4,096 characters together. */
const WARNING_COUNT = 30;

/** `[CODE] Kind/namespace/name path: problem; remedy`. */
export function findingLine(finding: Finding): string {
  const object = toObjectText(finding);
  const path = finding.path.length === 0 ? '' : ` ${toDottedPath(finding.path)}`;
  return harmless(`[${finding.code}] ${object}${path}: ${finding.message}; ${finding.remedy}`);
}

/** All denials, one a line, within 2 KiB: what does not fit is counted, and check shows it all. Same bytes every time. */
export function denialText(findings: readonly Finding[]): string {
  const denials = findings.filter(finding => finding.enforcement === 'deny').toSorted(compareFindings);
  const lines: string[] = [];
  let bytes = 0;
  for (const [i, finding] of denials.entries()) {
    const line = truncateBytes(findingLine(finding), DENIAL_BYTES / 2);
    const tail = `… and ${denials.length - i} more: dappmesh check`;
    if (bytes + Buffer.byteLength(line) + 1 + Buffer.byteLength(tail) > DENIAL_BYTES) {
      lines.push(tail);
      break;
    }
    lines.push(line);
    bytes += Buffer.byteLength(line) + 1;
  }
  return lines.join('\n');
}

/** One text of at most 120 characters per finding that warns, without control characters or duplicates. */
export function warningTexts(findings: readonly Finding[]): string[] {
  const warnings = findings.filter(finding => finding.enforcement === 'warn').toSorted(compareFindings);
  const texts = [...new Set(warnings.map(finding => truncate(findingLine(finding), WARNING_CHARACTERS)))];
  if (texts.length <= WARNING_COUNT) return texts;
  const rest = texts.length - WARNING_COUNT + 1;
  return [...texts.slice(0, WARNING_COUNT - 1), `… and ${rest} more warnings: run dappmesh check`];
}

/** Keys are one name part each; the API server puts the webhook's name before them. */
export function auditAnnotations(verdict: Verdict): Record<string, string> {
  const codes = (enforcement: Finding['enforcement']): string =>
    [
      ...new Set(
        verdict.findings.filter(finding => finding.enforcement === enforcement).map(({ code }) => code),
      ),
    ]
      .toSorted()
      .join(',');
  const annotations: Record<string, string> = { bundle: verdict.revision };
  if (codes('deny') !== '') annotations['denied'] = codes('deny');
  if (codes('warn') !== '') annotations['warned'] = codes('warn');
  return annotations;
}

/**
 * With `force`, Flux deletes the live object when it reads "is immutable" or "immutable field"; Argo CD cuts all from
 * `map[` on. Control characters make a warning vanish.
 */
function harmless(text: string): string {
  return toOneLine(text)
    .replace(/\bis immutable/gi, 'cannot be changed')
    .replace(/is immutable/gi, 'is fixed') // "this immutable …" has the words, too
    .replace(/immutable field/gi, 'fixed field')
    .replace(/map\[/gi, 'map (');
}
