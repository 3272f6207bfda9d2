// The words for each kind of fault: what is there, what is allowed, and the nearest name where one was misspelt.

import type { ErrorObject } from 'ajv';
import { closestName } from './closest-name.ts';

/** Keyword under which the generator notes the field names of a closed part of the contract standard. */
const KNOWN = 'x-dappmesh-known';
/** Keyword under which a schema says in words what its pattern takes. */
const FORM = 'x-dappmesh-form';

interface Wording {
  /** Segments below the place where the error was found: the field that is missing or unknown. */
  readonly below: readonly string[];
  readonly message: string;
}

type Word = (error: ErrorObject) => string | Wording;

/** What a fault is called, by the keyword that found it. */
const WORDS: Readonly<Record<string, Word>> = {
  type: ({ schema, data }) => `must be ${typeNames(schema)}, is ${describe(data)}`,
  const: ({ schema, data }) => `must be ${show(schema)}, is ${show(data)}`,
  enum: ({ schema, data }) => notOneOf(schema as readonly unknown[], data),
  required: error => ({ below: [missingField(error)], message: 'is required' }),
  additionalProperties: error => unknownField(String(error.params['additionalProperty']), knownNames(error)),
  unevaluatedProperties: error =>
    unknownField(String(error.params['unevaluatedProperty']), knownNames(error)),
  pattern: ({ data, schema, parentSchema }) => `${show(data)} ${formOf(parentSchema, schema)}`,
  format: ({ data, schema }) => `${show(data)} is no valid ${String(schema)}`,
  minLength: ({ schema, data }) =>
    data === '' ? 'must not be empty' : `must have at least ${String(schema)} characters`,
  maxLength: ({ schema }) => `must have at most ${String(schema)} characters`,
  minimum: ({ schema, data }) => `must be at least ${String(schema)}, is ${show(data)}`,
  maximum: ({ schema, data }) => `must be at most ${String(schema)}, is ${show(data)}`,
  exclusiveMinimum: ({ schema, data }) => `must be greater than ${String(schema)}, is ${show(data)}`,
  minItems: ({ schema, data }) => `must have at least ${items(schema)}, has ${lengthOf(data)}`,
  maxItems: ({ schema, data }) => `must have at most ${items(schema)}, has ${lengthOf(data)}`,
  uniqueItems: ({ data, params }) =>
    `items ${params['i']} and ${params['j']} are the same: ${show((data as unknown[])[Number(params['i'])])}`,
  anyOf: error => alternatives(error, 'at least one'),
  oneOf: error => alternatives(error, 'exactly one'),
  not: ({ schema }) => forbidden(schema as Alternative),
};

/** Words one error of Ajv (with `verbose`). */
export function wordError(error: ErrorObject): Wording {
  const wording = WORDS[error.keyword]?.(error) ?? `breaks the rule "${error.keyword}"`;
  return typeof wording === 'string' ? { below: [], message: wording } : wording;
}

/** The field names that the schema behind an error knows; the generator notes those that its parts add. */
export function knownNames({ parentSchema }: ErrorObject): readonly string[] {
  const { properties, [KNOWN]: noted } = (parentSchema ?? {}) as { properties?: object; [KNOWN]?: string[] };
  return noted ?? Object.keys(properties ?? {});
}

/** True for a property of a contract that is asked for `map` only because it states no logicalType. */
export function lacksLogicalType({ keyword, params, data }: ErrorObject): boolean {
  return (
    keyword === 'required' &&
    params['missingProperty'] === 'map' &&
    !Object.hasOwn(Object(data), 'logicalType')
  );
}

function missingField(error: ErrorObject): string {
  return lacksLogicalType(error) ? 'logicalType' : String(error.params['missingProperty']);
}

function unknownField(name: string, names: readonly string[]): Wording {
  if (names.includes(name)) return { below: [name], message: 'is not allowed here' };
  const close = closestName(name, names);
  const hint = close === undefined ? listOf(names) : `; did you mean "${close}"?`;
  return { below: [name], message: `is no known field${hint}` };
}

function listOf(names: readonly string[]): string {
  if (names.length === 0 || names.length > 12) return '';
  return `; known here: ${[...names].sort().join(', ')}`;
}

function notOneOf(allowed: readonly unknown[], data: unknown): string {
  const texts = allowed.map(String);
  const close = typeof data === 'string' ? closestName(data, texts) : undefined;
  const shown = texts.length > 12 ? `${texts.slice(0, 12).join(', ')}, …` : texts.join(', ');
  const hint = close === undefined ? '' : `; did you mean "${close}"?`;
  return `${show(data)} is not one of ${shown}${hint}`;
}

/** Schemas state the form in words where a pattern alone would puzzle. */
function formOf(schema: object | undefined, pattern: unknown): string {
  const { [FORM]: form } = (schema ?? {}) as { readonly [FORM]?: string };
  return form === undefined ? `does not match ${String(pattern)}` : `must be ${form}`;
}

interface Alternative {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

function alternatives({ schema, data, params }: ErrorObject, number: string): string {
  const branches = schema as readonly Alternative[];
  if (branches.every(({ required }) => required !== undefined)) {
    const names = branches.map(({ required }) => (required ?? []).join(' and '));
    return `needs ${number} of ${names.join(', ')}`;
  }
  if (branches.every(({ type }) => type !== undefined)) {
    return `must be ${typeNames(branches.map(({ type }) => type ?? ''))}, is ${describe(data)}`;
  }
  const names = [...new Set(branches.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  if (names.length > 0) return `${names.join(' and ')} do not go together in any way that is allowed`;
  if (Array.isArray(params['passingSchemas'])) return 'fits several alternatives at once';
  return `${show(data)} fits none of the alternatives${references(branches)}`;
}

/** `#/$defs/ShorthandReference` → `ShorthandReference`: the standard's own names say what is meant. */
function references(branches: readonly Alternative[]): string {
  const names = branches.flatMap(({ $ref }) =>
    $ref === undefined ? [] : [$ref.slice($ref.lastIndexOf('/') + 1)],
  );
  return names.length === 0 ? '' : `: ${names.join(', ')}`;
}

function forbidden({ required }: Alternative): string | Wording {
  const [name] = required ?? [];
  return name === undefined ? 'is not allowed here' : { below: [name], message: 'is not allowed here' };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
  null: 'null',
};

function typeNames(types: unknown): string {
  return [types]
    .flat()
    .map(type => TYPE_NAMES[String(type)] ?? String(type))
    .join(' or ');
}

function describe(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map';
  if (typeof data === 'boolean') return String(data);
  return `the ${typeof data === 'string' ? 'text' : typeof data} ${show(data)}`;
}

/** The value itself, as JSON, cut to a readable length. */
function show(data: unknown): string {
  if (typeof data === 'object' && data !== null) return describe(data);
  const text = JSON.stringify(data) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function items(count: unknown): string {
  return count === 1 ? '1 item' : `${String(count)} items`;
}

function lengthOf(data: unknown): number {
  return Array.isArray(data) ? data.length : 0;
}
