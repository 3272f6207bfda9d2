// Policies as their METADATA describes them, read strictly: a key that nobody knows is a mistake, not a wish.
// The same reader serves the build (what `opa inspect` says) and the engine (what a bundle's manifest says).

import { kindInfo } from '../../schemas/kinds.ts';
import { type EnforcementLevel, OPERATIONS, POINTS, type Policy, type Scope } from './policy.ts';
import type { Severity } from './verdict.ts';

const FAMILIES = { governance: 'violations', defaults: 'additions' } as const;
const COLLECTORS: readonly string[] = ['verdict', 'fill'];
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const LEVELS: readonly EnforcementLevel[] = ['deny', 'warn', 'off'];
const SCOPES: readonly Scope[] = ['object', 'old', 'inventory', 'user', 'clock'];
const CODE = /^DM-[A-Z]{3}-\d{3}$/;
const ENTRYPOINT = /^dappmesh\/([a-z]+)\/(\w+)(?:\/(\w+))?$/;
/** `Domain.spec.teams.name`. */
const FIELD_PATH = /^[A-Z]\w*(\.[a-z]\w*)+$/;
const OWN_PATH = /^metadata\.(?:(?:labels|annotations)\.\S+|finalizers)$/;

/** Everything that is wrong with the METADATA of a set of policies. */
export class MetadataError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`policy METADATA is not valid:\n${faults.map(fault => `  ${fault}`).join('\n')}`);
    this.name = 'MetadataError';
    this.faults = faults;
  }
}

/**
 * Takes the manifest of a bundle, gives its policies in the order of their codes.
 * Throws `MetadataError` with all faults, each naming file and field.
 */
export function parsePolicies(manifest: unknown): Policy[] {
  const faults: string[] = [];
  const entries = fieldsOf(manifest)['wasm'];
  if (!Array.isArray(entries)) throw new MetadataError(['manifest: wasm is not a list of entrypoints']);
  const policies = entries.flatMap(entry => parseEntry(fieldsOf(entry), faults));
  faults.push(...duplicatesIn(policies));
  if (faults.length > 0) throw new MetadataError(faults);
  return policies.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** Where a policy is kept, from the root of the repository. */
export function policyFile(policy: Pick<Policy, 'family' | 'name'>): string {
  return `policies/${policy.family}/${policy.name}/${policy.name}.rego`;
}

function sortKey(policy: Policy): string {
  return `${policy.family === 'governance' ? 0 : 1} ${policy.code} ${policy.name}`;
}

function parseEntry(entry: Record<string, unknown>, faults: string[]): Policy[] {
  const entrypoint = String(entry['entrypoint']);
  const [, family = '', rule = '', result] = ENTRYPOINT.exec(entrypoint) ?? [];
  if (COLLECTORS.includes(family) && result === undefined) {
    if (kindInfo(rule) === undefined)
      faults.push(`manifest: entrypoint ${entrypoint} is for an unknown kind`);
    return [];
  }
  if (!isFamily(family) || result !== FAMILIES[family]) {
    faults.push(`manifest: unknown entrypoint ${entrypoint}`);
    return [];
  }
  const name = rule.replaceAll('_', '-');
  const reader = new FieldReader(policyFile({ family, name }), faults);
  return [readPolicy({ family, name, entrypoint }, entry['annotations'], reader)];
}

function readPolicy(
  identity: Pick<Policy, 'family' | 'name' | 'entrypoint'>,
  annotations: unknown,
  reader: FieldReader,
): Policy {
  const blocks = Array.isArray(annotations) ? annotations : [];
  if (blocks.length !== 1) reader.fault('METADATA', `there are ${blocks.length} blocks on the rule, not one`);
  const block = reader.object(
    'METADATA',
    blocks[0],
    ['title', 'description', 'custom'],
    ['entrypoint', 'scope', 'schemas'],
  );
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

/** Reads fields of one file; what does not fit is noted and replaced by something of the right type. */
class FieldReader {
  readonly #file: string;
  readonly #faults: string[];

  constructor(file: string, faults: string[]) {
    this.#file = file;
    this.#faults = faults;
  }

  fault(field: string, problem: string): void {
    this.#faults.push(`${this.#file}: ${field}: ${problem}`);
  }

  /** What is missing altogether is already noted where it should be. */
  object(
    field: string,
    value: unknown,
    required: readonly string[],
    optional: readonly string[],
  ): Record<string, unknown> {
    const fields = fieldsOf(value);
    if (value === undefined) return fields;
    for (const key of required) if (fields[key] === undefined) this.fault(field, `${key} is missing`);
    for (const key of Object.keys(fields)) {
      if (!required.includes(key) && !optional.includes(key)) this.fault(field, `${key} is unknown`);
    }
    return fields;
  }

  /** One line of text. */
  text(field: string, value: unknown, pattern = /^\S(.*\S)?$/): string {
    if (typeof value === 'string' && pattern.test(value)) return value;
    if (value !== undefined) this.fault(field, `${JSON.stringify(value)} does not match ${pattern.source}`);
    return '';
  }

  choice<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice {
    const chosen = choices.find(choice => choice === value);
    if (chosen !== undefined) return chosen;
    if (value !== undefined) this.fault(field, `${JSON.stringify(value)} is none of ${choices.join(', ')}`);
    return choices[0] as Choice;
  }

  choices<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice[] {
    const chosen = this.texts(field, value, 1, text => choices.some(choice => choice === text));
    return choices.filter(choice => chosen.includes(choice));
  }

  texts(field: string, value: unknown, least: number, isValid: (text: string) => boolean): string[] {
    if (value === undefined) return [];
    const items: unknown[] = Array.isArray(value) ? value : [];
    if (!Array.isArray(value) || items.length < least)
      this.fault(field, `it is not a list of at least ${least}`);
    for (const item of items) {
      if (typeof item !== 'string' || !isValid(item))
        this.fault(field, `${JSON.stringify(item)} is not allowed`);
    }
    if (new Set(items).size < items.length) this.fault(field, 'it names something twice');
    return items.filter(item => typeof item === 'string');
  }
}

/** Codes are unique, except that the defaults share the one of the catalogue's row for them. */
function duplicatesIn(policies: readonly Policy[]): string[] {
  const owners = new Map<string, Policy>();
  return policies.flatMap(policy => {
    const owner = owners.get(policy.code);
    owners.set(policy.code, policy);
    if (owner === undefined || policy.code === '') return [];
    if (owner.family === 'defaults' && policy.family === 'defaults' && owner.name !== policy.name) return [];
    return [`${policyFile(policy)}: custom.code: ${policy.code} is taken by ${policyFile(owner)}`];
  });
}

function isKnownPath(path: string): boolean {
  return FIELD_PATH.test(path) && kindInfo(path.slice(0, path.indexOf('.'))) !== undefined;
}

function isFamily(family: string): family is Policy['family'] {
  return Object.hasOwn(FAMILIES, family);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
