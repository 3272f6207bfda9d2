// How `json.match_schema` words its errors. The texts are ours; for the common keywords they are those of OPA, so that
// a policy says the same wherever it runs.

import type { ErrorObject } from 'ajv';

/** One error, with the fields that OPA gives it. */
export interface SchemaError {
  /** Name of the error, such as `invalid_type`. */
  readonly type: string;
  /** Where it is, as a dotted path; `(Root)` for the value itself. */
  readonly field: string;
  readonly desc: string;
  readonly error: string;
}

type Wording = readonly [type: string, describe: (error: ErrorObject, field: string) => string];

/** Longest list of choices that is shown. */
const LONGEST_LIST = 200;

/** By keyword. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  type: [
    'invalid_type',
    ({ params, data }) => `Invalid type. Expected: ${listed(params['type'])}, given: ${typeOf(data)}`,
  ],
  required: ['required', ({ params }) => `${params['missingProperty']} is required`],
  additionalProperties: [
    'additional_property_not_allowed',
    ({ params }) => `Additional property ${params['additionalProperty']} is not allowed`,
  ],
  enum: ['enum', ({ schema }, field) => `${field} must be one of the following: ${choices(schema)}`],
  const: ['const', ({ schema }, field) => `${field} does not match: ${JSON.stringify(schema)}`],
  pattern: ['pattern', ({ params }) => `Does not match pattern '${params['pattern']}'`],
  format: ['format', ({ params }) => `Does not match format '${params['format']}'`],
  minLength: ['string_gte', limited('String length must be greater than or equal to %')],
  maxLength: ['string_lte', limited('String length must be less than or equal to %')],
  minimum: ['number_gte', limited('Must be greater than or equal to %')],
  maximum: ['number_lte', limited('Must be less than or equal to %')],
  exclusiveMinimum: ['number_gt', limited('Must be greater than %')],
  exclusiveMaximum: ['number_lt', limited('Must be less than %')],
  multipleOf: ['multiple_of', ({ params }) => `Must be a multiple of ${params['multipleOf']}`],
  minItems: ['array_min_items', limited('Array must have at least % items')],
  maxItems: ['array_max_items', limited('Array must have at most % items')],
  minProperties: ['array_min_properties', limited('Must have at least % properties')],
  maxProperties: ['array_max_properties', limited('Must have at most % properties')],
  anyOf: ['number_any_of', () => 'Must validate at least one schema (anyOf)'],
  oneOf: ['number_one_of', () => 'Must validate one and only one schema (oneOf)'],
  not: ['number_not', () => 'Must not validate the schema (not)'],
};

/** Takes an error of Ajv's in mode `verbose`. */
export function toSchemaError(error: ErrorObject): SchemaError {
  const field = toField(error.instancePath);
  const [type, describe] = WORDINGS[error.keyword] ?? [
    error.keyword,
    () => error.message ?? 'Does not match',
  ];
  const desc = describe(error, field);
  return { type, field, desc, error: `${field}: ${desc}` };
}

/** `/settings/a~1b/0` → `settings.a/b.0`. */
function toField(pointer: string): string {
  const names = pointer
    .split('/')
    .slice(1)
    .map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.length === 0 ? '(Root)' : names.join('.');
}

function limited(text: string): Wording[1] {
  return ({ params }) => text.replace('%', String(params['limit']));
}

function listed(type: unknown): string {
  return Array.isArray(type) ? `[${type.join(',')}]` : String(type);
}

function choices(schema: unknown): string {
  const text = (schema as unknown[]).map(value => JSON.stringify(value)).join(', ');
  return text.length > LONGEST_LIST ? `${text.slice(0, LONGEST_LIST)}…` : text;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
