// Scalars that YAML 1.1 and 1.2 readers take for different values. kubectl, Kustomize and we do not read the
// same object when one of these stands without quotes, so the verdict would be about something else.

import type { FileFaultCode } from '../file-faults.ts';

interface Trap {
  readonly pattern: RegExp;
  readonly code: FileFaultCode;
  readonly says: string;
}

const TRAPS: readonly Trap[] = [
  {
    pattern: /^(?:y|n|yes|no|on|off)$/i,
    code: 'DM-FILE-007',
    says: 'is a boolean to YAML 1.1 readers such as kubectl, and text to others',
  },
  {
    pattern: /^[-+]?0[0-7_]+$/,
    code: 'DM-FILE-007',
    says: 'is octal to YAML 1.1 readers such as kubectl, and decimal to others',
  },
  {
    pattern: /^[-+]?(?=[\d.]*\d_)[\d_]+(?:\.[\d_]*)?(?:[eE][-+]?\d+)?$/,
    code: 'DM-FILE-007',
    says: 'is a number to YAML 1.1 readers such as kubectl, and text to others',
  },
  {
    pattern: /^[-+]?0b[01_]+$|^[-+]?0x[\da-fA-F_]*_[\da-fA-F_]*$|^[-+]0x[\da-fA-F]+$|^0o[0-7]+$/,
    code: 'DM-FILE-007',
    says: 'is a number to some YAML readers and text to others',
  },
  {
    pattern: /^\d{4}-\d{1,2}-\d{1,2}$|^\d{4}-\d{1,2}-\d{1,2}[ \t]+\d/,
    code: 'DM-FILE-008',
    says: 'is turned into a timestamp by Kustomize',
  },
  {
    pattern: /^[-+]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/,
    code: 'DM-FILE-008',
    says: 'is a base-60 number to some YAML readers',
  },
];

/** The trap that an unquoted scalar is, if it is one. */
export function findTrap(source: string): { code: FileFaultCode; message: string } | undefined {
  const trap = TRAPS.find(candidate => candidate.pattern.test(source));
  return trap && { code: trap.code, message: `the unquoted ${source} ${trap.says}` };
}
