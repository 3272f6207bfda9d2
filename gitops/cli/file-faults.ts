// What can be wrong with a file before any policy looks at the object in it: the table behind every
// `DM-FILE-…` code, for findings and for `dappmesh explain`. A code is never changed and never reused.

import type { Enforcement, Severity } from '../../policies/engine/verdict/verdict.ts';

/** One kind of fault, as `explain` describes it. What cannot be known for sure warns; everything else denies. */
export interface FileFault {
  readonly code: string;
  readonly title: string;
  readonly description: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly enforcement: Enforcement;
}

export type FileFaultCode = keyof typeof TABLE;

/** title, description, remedy, severity, enforcement */
type Row = readonly [string, string, string, Severity, Enforcement];

const TABLE = {
  'DM-FILE-001': [
    'Syntax',
    'The file holds a DappMesh object but is not valid YAML or JSON, so nobody can apply it.',
    'correct the place shown',
    'high',
    'deny',
  ],
  'DM-FILE-002': [
    'Duplicate key',
    'A map holds the same key twice. Some readers take the first value, some the last, some refuse the file.',
    'keep one of the two',
    'high',
    'deny',
  ],
  'DM-FILE-003': [
    'Encoding',
    'The file is not UTF-8 text: it holds other bytes, a NUL, or is UTF-16.',
    'save the file as UTF-8 without control characters',
    'high',
    'deny',
  ],
  'DM-FILE-004': [
    'Too large',
    'The file is larger than any reader of manifests should be asked to take.',
    'split the file, one object per file',
    'high',
    'deny',
  ],
  'DM-FILE-005': [
    'Nested too deeply',
    'Maps and lists are nested deeper than any DappMesh object needs.',
    'flatten the value shown',
    'high',
    'deny',
  ],
  'DM-FILE-006': [
    'Alias bomb',
    'Aliases repeat a value so often that a small file becomes a huge object.',
    'write the values out instead of repeating aliases',
    'critical',
    'deny',
  ],
  'DM-FILE-007': [
    'Read differently by different tools',
    'YAML 1.1 readers (kubectl, Kustomize) and YAML 1.2 readers disagree on this scalar: a bare yes, on or No is a boolean to some and text to others, 012 is ten or twelve, 1_000 is a number or text.',
    'put the scalar in quotes, or write true, false or a plain number',
    'high',
    'deny',
  ],
  'DM-FILE-008': [
    'Date or time without quotes',
    'A bare date is rewritten to a timestamp by Kustomize, and a bare 12:30:45 is a number to some YAML readers.',
    'put the scalar in quotes',
    'medium',
    'warn',
  ],
  'DM-FILE-009': [
    'Object named twice',
    'Two places of the tree define the same object; which one would be applied last is left to chance.',
    'keep one of the two',
    'high',
    'deny',
  ],
  'DM-FILE-010': [
    'Unknown version',
    'The object names a version of the dappmesh.io group that does not exist.',
    'write apiVersion: dappmesh.io/v1alpha1',
    'high',
    'deny',
  ],
  'DM-FILE-011': [
    'Unknown kind',
    'The object names a kind that the dappmesh.io group does not have.',
    'use one of the kinds listed',
    'high',
    'deny',
  ],
  'DM-FILE-012': [
    'Namespace missing',
    'Objects of this kind live in a namespace, and neither the object nor a Kustomization names one.',
    'set metadata.namespace',
    'high',
    'deny',
  ],
  'DM-FILE-013': [
    'Name missing',
    'An object that is kept in git has a metadata.name, so that every push finds the same object again.',
    'set metadata.name: lower-case letters, digits and hyphens',
    'high',
    'deny',
  ],
  'DM-FILE-014': [
    'Template',
    'The file holds a DappMesh object inside a template, which has no meaning before it is rendered.',
    'judge what it renders to: helm template … | dappmesh check -',
    'low',
    'warn',
  ],
  'DM-FILE-015': [
    'Kustomize changes the object',
    'A Kustomization patches or renames DappMesh objects. The files are judged as they stand; the outcome of the build is judged at admission.',
    'judge the build: kustomize build … | dappmesh check -',
    'low',
    'warn',
  ],
  'DM-FILE-016': [
    'Link out of the tree',
    'A symbolic link points to a place outside the tree. It is not followed.',
    'put the file itself into the tree',
    'medium',
    'warn',
  ],
  'DM-FILE-017': [
    'Unsafe path',
    'The path holds `..`, `.git` or an empty part: a checkout would write outside of the tree.',
    'rename the file',
    'critical',
    'deny',
  ],
  'DM-FILE-018': [
    'Namespace on a cluster-wide object',
    'Objects of this kind belong to no namespace; the one that is set means nothing.',
    'remove metadata.namespace',
    'low',
    'warn',
  ],
  'DM-FILE-019': [
    'Number too large',
    'The number cannot be held exactly by every reader (beyond 2^53, or infinite).',
    'put the number in quotes, or use a smaller unit',
    'medium',
    'deny',
  ],
  'DM-FILE-020': [
    'Several namespaces for one object',
    'Kustomizations put the same object into several namespaces. It is judged in the first of them.',
    'judge each build: kustomize build … | dappmesh check -',
    'low',
    'warn',
  ],
} as const satisfies Record<string, Row>;

/** What a file holds that does not pass: where, and in words. */
export interface TextFault {
  readonly code: FileFaultCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The row of a code. */
export function fileFault(code: FileFaultCode): FileFault {
  const row: Row = TABLE[code];
  return {
    code,
    title: row[0],
    description: row[1],
    remedy: row[2],
    severity: row[3],
    enforcement: row[4],
  };
}

/** All rows, in the order of their codes. */
export const FILE_FAULTS: readonly FileFault[] = (Object.keys(TABLE) as FileFaultCode[]).map(fileFault);
