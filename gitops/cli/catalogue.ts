// Every code that a finding can carry, whoever defines it: policies in the bundle, the engine, the files, the schema.

import { ENGINE_FAULTS } from '../../policies/engine/verdict/faults.ts';
import type { EnforcementLevel, Point, Policy } from '../../policies/engine/verdict/policy.ts';
import type { Severity } from '../../policies/engine/verdict/verdict.ts';
import { KINDS } from '../../schemas/kinds.ts';
import { FILE_FAULTS } from './file-faults.ts';
import { IDLE_ENFORCEMENT, SCHEMA_FAULT } from './judge/schema-fault.ts';

export interface CatalogueEntry {
  readonly code: string;
  readonly title: string;
  readonly description: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly enforce: Readonly<Record<Point, EnforcementLevel>>;
  readonly kinds: readonly string[];
  /** `governance/owner-present`, or what else says so. */
  readonly source: string;
}

const ALL_KINDS = KINDS.map(({ kind }) => kind);

/** By code. Policies that share one, as the defaults do, are one entry. */
export function toCatalogue(policies: readonly Policy[]): Map<string, CatalogueEntry> {
  const catalogue = new Map<string, CatalogueEntry>();
  for (const policy of policies) {
    const entry = toEntry(policy);
    const known = catalogue.get(policy.code);
    catalogue.set(policy.code, known === undefined ? entry : merge(known, entry));
  }
  for (const entry of builtInEntries()) catalogue.set(entry.code, entry);
  return new Map([...catalogue].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toEntry(policy: Policy): CatalogueEntry {
  const { code, title, description, remedy, severity, enforce, kinds } = policy;
  return {
    code,
    title,
    description,
    remedy,
    severity,
    enforce,
    kinds,
    source: `policies/${policy.family}/${policy.name}`,
  };
}

function merge(a: CatalogueEntry, b: CatalogueEntry): CatalogueEntry {
  return {
    ...a,
    title: `${a.title}; ${b.title}`,
    description: `${a.description} ${b.description}`,
    kinds: [...new Set([...a.kinds, ...b.kinds])],
    source: `${a.source}, ${b.source}`,
  };
}

function builtInEntries(): CatalogueEntry[] {
  const everywhere = { push: 'deny', admission: 'deny', audit: 'deny' } as const;
  const engine = Object.values(ENGINE_FAULTS).map(fault => ({
    ...fault,
    enforce: everywhere,
    kinds: ALL_KINDS,
    source: 'the policy engine',
  }));
  const files = FILE_FAULTS.map(({ enforcement, ...fault }) => ({
    ...fault,
    enforce: { push: enforcement, admission: 'off', audit: 'off' } as const,
    kinds: ALL_KINDS,
    source: 'the files of a push',
  }));
  const schema = {
    ...SCHEMA_FAULT,
    enforce: everywhere,
    kinds: ALL_KINDS,
    source: 'the schemas and the CRDs made of them',
  };
  const enforcement = {
    ...IDLE_ENFORCEMENT,
    enforce: { push: 'warn', admission: 'off', audit: 'off' } as const,
    kinds: ['Mesh', 'Domain'],
    source: 'the policies of the bundle',
  };
  return [...engine, ...files, schema, enforcement];
}
