// Policies and blueprints as their METADATA describes them, read strictly: a key that nobody knows is a mistake, not a wish.
// The same reader serves the build (what `opa inspect` says) and the engine (what a bundle's manifest says).

import { kindInfo } from '../../../schemas/kinds.ts';
import { COLLECTORS, FAMILIES } from '../verdict/plan.ts';
import {
  type Blueprint,
  type EnforcementLevel,
  isPolicy,
  OPERATIONS,
  POINTS,
  type Policy,
  type Rule,
  type Scope,
} from '../verdict/policy.ts';
import type { Severity } from '../verdict/verdict.ts';
import { FieldReader, fieldsOf } from './field-reader.ts';

const COLLECTING: readonly string[] = FAMILIES.map(family => COLLECTORS[family].package);
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const LEVELS: readonly EnforcementLevel[] = ['deny', 'warn', 'off'];
const SCOPES: readonly Scope[] = ['object', 'old', 'inventory', 'user', 'clock'];
const CODE = /^DM-[A-Z]{3}-\d{3}$/;
const ENTRYPOINT = /^dappmesh\/([a-z]+)\/(\w+)(?:\/(\w+))?$/;
/** `Domain.spec.teams.name`. */
const FIELD_PATH = /^[A-Z]\w*(\.[a-z]\w*)+$/;
/** `apps/v1/StatefulSet`, `v1/Secret`. */
const MADE_KIND = /^([a-z0-9.-]+\/)?v\d\w*\/[A-Z]\w*$/;
const OWN_PATH = /^metadata\.(?:(?:labels|annotations)\.\S+|finalizers)$/;

/** Everything that is wrong with the METADATA of a set of policies and blueprints. */
export class MetadataError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`policy METADATA is not valid:\n${faults.map(fault => `  ${fault}`).join('\n')}`);
    this.name = 'MetadataError';
    this.faults = faults;
  }
}

/**
 * Takes the manifest of a bundle, gives its policies in the order of their codes, then its blueprints by name.
 * Throws `MetadataError` with all faults, each naming file and field.
 */
export function parseRules(manifest: unknown): Rule[] {
  const faults: string[] = [];
  const entries = fieldsOf(manifest)['wasm'];
  if (!Array.isArray(entries)) throw new MetadataError(['manifest: wasm is not a list of entrypoints']);
  const rules = entries.flatMap(entry => parseEntry(fieldsOf(entry), faults));
  faults.push(...duplicatesIn(rules.filter(isPolicy)));
  if (faults.length > 0) throw new MetadataError(faults);
  return rules.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** Where a policy or a blueprint is kept, from the root of the repository. */
export function ruleFile({ family, name }: Pick<Rule, 'family' | 'name'>): string {
  return `policies/${family}/${name}/${name}.rego`;
}

function sortKey(rule: Rule): string {
  return `${FAMILIES.indexOf(rule.family)} ${isPolicy(rule) ? rule.code : ''} ${rule.name}`;
}

function parseEntry(entry: Record<string, unknown>, faults: string[]): Rule[] {
  const entrypoint = String(entry['entrypoint']);
  const [, family = '', rule = '', result] = ENTRYPOINT.exec(entrypoint) ?? [];
  if (COLLECTING.includes(family) && result === undefined) {
    if (kindInfo(rule) === undefined)
      faults.push(`manifest: entrypoint ${entrypoint} is for an unknown kind`);
    return [];
  }
  if (!isFamily(family) || result !== COLLECTORS[family].field) {
    faults.push(`manifest: unknown entrypoint ${entrypoint}`);
    return [];
  }
  const name = rule.replaceAll('_', '-');
  const reader = new FieldReader(ruleFile({ family, name }), faults);
  return family === 'blueprints'
    ? [readBlueprint({ family, name, entrypoint }, entry['annotations'], reader)]
    : [readPolicy({ family, name, entrypoint }, entry['annotations'], reader)];
}

function readPolicy(
  identity: Pick<Policy, 'family' | 'name' | 'entrypoint'>,
  annotations: unknown,
  reader: FieldReader,
): Policy {
  const block = readBlock(annotations, reader);
  const custom = reader.object(
    'custom',
    block['custom'],
    ['code', 'kinds', 'operations', 'severity', 'enforce', 'remedy', 'scope', 'inventory'],
    ['metadata'],
  );
  const enforce = reader.object('custom.enforce', custom['enforce'], POINTS, []);
  return {
    ...identity,
    code: reader.text('custom.code', custom['code'], CODE),
    title: reader.text('title', block['title']),
    description: reader.text('description', block['description']),
    kinds: reader.texts('custom.kinds', custom['kinds'], 1, kind => kindInfo(kind) !== undefined),
    operations: reader.choices('custom.operations', custom['operations'], OPERATIONS),
    severity: reader.choice('custom.severity', custom['severity'], SEVERITIES),
    enforce: {
      push: reader.choice('custom.enforce.push', enforce['push'], LEVELS),
      admission: reader.choice('custom.enforce.admission', enforce['admission'], LEVELS),
      audit: reader.choice('custom.enforce.audit', enforce['audit'], LEVELS),
    },
    remedy: reader.text('custom.remedy', custom['remedy']),
    scope: reader.choices('custom.scope', custom['scope'], SCOPES),
    inventory: reader.texts('custom.inventory', custom['inventory'], 0, isKnownPath),
    metadata: reader.texts('custom.metadata', custom['metadata'] ?? [], 0, path => OWN_PATH.test(path)),
  };
}

/** A blueprint answers for an object as it stands, so it knows one operation only. */
function readBlueprint(
  identity: Pick<Blueprint, 'family' | 'name' | 'entrypoint'>,
  annotations: unknown,
  reader: FieldReader,
): Blueprint {
  const block = readBlock(annotations, reader);
  const custom = reader.object('custom', block['custom'], ['kinds', 'makes', 'inventory'], []);
  return {
    ...identity,
    title: reader.text('title', block['title']),
    description: reader.text('description', block['description']),
    kinds: reader.texts('custom.kinds', custom['kinds'], 1, kind => kindInfo(kind) !== undefined),
    operations: ['CREATE'],
    makes: reader.texts('custom.makes', custom['makes'], 0, kind => MADE_KIND.test(kind)),
    inventory: reader.texts('custom.inventory', custom['inventory'], 0, isKnownPath),
  };
}

function readBlock(annotations: unknown, reader: FieldReader): Record<string, unknown> {
  const blocks = Array.isArray(annotations) ? annotations : [];
  if (blocks.length !== 1) reader.fault('METADATA', `there are ${blocks.length} blocks on the rule, not one`);
  const fields = ['title', 'description', 'custom'];
  return reader.object('METADATA', blocks[0], fields, ['entrypoint', 'scope', 'schemas']);
}

/** Codes are unique, except that the defaults share the one of the catalogue's row for them. */
function duplicatesIn(policies: readonly Policy[]): string[] {
  const owners = new Map<string, Policy>();
  return policies.flatMap(policy => {
    const owner = owners.get(policy.code);
    owners.set(policy.code, policy);
    if (owner === undefined || policy.code === '') return [];
    if (owner.family === 'defaults' && policy.family === 'defaults' && owner.name !== policy.name) return [];
    return [`${ruleFile(policy)}: custom.code: ${policy.code} is taken by ${ruleFile(owner)}`];
  });
}

function isKnownPath(path: string): boolean {
  return FIELD_PATH.test(path) && kindInfo(path.slice(0, path.indexOf('.'))) !== undefined;
}

function isFamily(family: string): family is Rule['family'] {
  return Object.hasOwn(COLLECTORS, family);
}
