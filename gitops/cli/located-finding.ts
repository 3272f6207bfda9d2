// A finding with the place in a file that people are shown.

import type { Finding, Path } from '../../policies/engine/verdict/verdict.ts';
import { type FileFaultCode, fileFault } from './file-faults.ts';
import type { Place } from './read/parsed.ts';

export interface LocatedFinding extends Finding {
  /** Path as the person who asked would type it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line of the file, to be shown under the finding; empty when there is none. */
  readonly source: string;
  /** Set on what the change under judgement neither touches nor causes. */
  readonly isOld?: boolean;
}

/** The object that a fault of a file is about, as far as it is known. */
export interface FaultSubject {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path?: Path;
}

/** A row of the table of file faults as a finding. */
export function toFileFinding(
  code: FileFaultCode,
  message: string,
  at: { file: string; source: string } & Place,
  subject: FaultSubject = {},
): LocatedFinding {
  const { severity, enforcement, remedy } = fileFault(code);
  return {
    code,
    severity,
    enforcement,
    kind: subject.kind ?? '',
    namespace: subject.namespace ?? '',
    name: subject.name ?? '',
    path: subject.path ?? [],
    message,
    remedy,
    details: {},
    file: at.file,
    line: at.line,
    column: at.column,
    source: at.source,
  };
}

/** The order in which people read: file by file, from top to bottom. */
export function compareByPlace(a: LocatedFinding, b: LocatedFinding): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
