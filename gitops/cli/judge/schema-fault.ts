// The findings of an object that does not have the structure of its kind, or says what nobody heeds.

import type { Severity } from '../../../policies/engine/verdict/verdict.ts';

export const SCHEMA_FAULT = {
  code: 'DM-SCHEMA-001',
  title: 'Structure',
  description:
    'The object does not have the structure of its kind: a field is unknown, missing or of another type. The API server refuses it before any policy is asked.',
  remedy: 'correct the field shown; kubectl explain describes every field of the kind',
  severity: 'high' as Severity,
} as const;

export const IDLE_ENFORCEMENT = {
  code: 'DM-SCHEMA-002',
  title: 'Enforcement without effect',
  description:
    'An entry under spec.enforcement changes nothing: its code is that of no policy, a Mesh relaxes without saying until when, or a Domain relaxes at all.',
  remedy:
    'correct or remove the entry; a Mesh relaxes until a date, a Domain tightens, one object takes a PolicyExemption',
  severity: 'medium' as Severity,
} as const;
