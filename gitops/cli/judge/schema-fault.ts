// The finding of an object that does not have the structure of its kind.

import type { Severity } from '../../../policies/engine/verdict.ts';

export const SCHEMA_FAULT = {
  code: 'DM-SCHEMA-001',
  title: 'Structure',
  description:
    'The object does not have the structure of its kind: a field is unknown, missing or of another type. The API server refuses it before any policy is asked.',
  remedy: 'Correct the field shown; schemas/ describes every field',
  severity: 'high' as Severity,
} as const;
