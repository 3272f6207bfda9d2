// The built-in `json.match_schema`: whether a value keeps a JSON Schema, as OPA answers it. Ajv judges; it is loaded
// when the first schema comes, synchronously, which takes about 50 ms and 3 MB (measured). A thread whose module asks
// sends one at its start (worker.ts), so that no review waits for that; one whose module never asks pays nothing.
// A schema is draft-07, whatever `$schema` says, and stands alone: nothing that it refers to is fetched. Patterns are
// RE2's, as in OPA, and take linear time. Two things are not as in OPA: what is beside `$ref` counts, as in later
// drafts; and `nullable`, of OpenAPI, counts too.

import { createRequire } from 'node:module';
import type * as AjvModule from 'ajv';
import type * as FormatsModule from 'ajv-formats';
import type * as Re2Module from 're2js';
import { type SchemaError, toSchemaError } from './schema-error.ts';

/** The answer: whether it matches, and why not. */
export type Match = readonly [matches: boolean, errors: readonly SchemaError[]];

/** Undefined where it cannot be told, as by a schema that sends a value round in circles. */
type Judge = (value: unknown) => Match | undefined;

/** Compiled schemas that are kept; a mesh has fewer EngineClasses. */
const MOST_SCHEMAS = 128;
/** Longest text of a schema that is compiled: code grows with it. */
const LONGEST_SCHEMA = 256 * 1024;
const MOST_ERRORS = 16;
/** Errors of a branch that need not have matched; that none did is an error of its own. */
const IN_BRANCH = /\/(anyOf|oneOf)\/\d+\//;

const OPTIONS: AjvModule.Options = {
  allErrors: true,
  verbose: true,
  strict: false,
  logger: false,
  // What a value inherits from JavaScript is none of its properties.
  ownProperties: true,
  // 0.3 is a multiple of 0.1.
  multipleOfPrecision: 9,
  code: { regExp: Object.assign(compilePattern, { code: 'compilePattern' }) },
};

const load = createRequire(import.meta.url);
/** By text of the schema, the longest unused first; undefined where it cannot be used. */
const judges = new Map<string, Judge | undefined>();
let metaSchema: AjvModule.Ajv | undefined;

/**
 * OPA's `json.match_schema(document, schema)`, where a text is taken as JSON. Undefined, as a built-in that fails, when
 * the schema is none, refers to what is not in it, or never ends.
 */
export function matchSchema(document: unknown, schema: unknown): Match | undefined {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  const value = typeof document === 'string' ? parse(document) : document;
  return value === undefined ? undefined : judgeOf(text)?.(value);
}

/** The judge of a schema, from the cache where it is there; being used makes it the youngest. */
function judgeOf(text: string): Judge | undefined {
  const judge = judges.has(text) ? judges.get(text) : compile(text);
  judges.delete(text);
  judges.set(text, judge);
  const [oldest] = judges.keys();
  if (judges.size > MOST_SCHEMAS && oldest !== undefined) judges.delete(oldest);
  return judge;
}

function compile(text: string): Judge | undefined {
  const schema = text.length > LONGEST_SCHEMA ? undefined : withoutDialect(parse(text));
  if (schema === undefined) return undefined;
  const { Ajv } = load('ajv') as typeof AjvModule;
  const formats = text.includes('"format"') ? (load('ajv-formats') as typeof FormatsModule) : undefined;
  try {
    metaSchema ??= new Ajv(OPTIONS);
    if (metaSchema.validateSchema(schema) !== true) return undefined;
    // An Ajv of its own: what one schema calls itself (`$id`) is nothing to another.
    const ajv = new Ajv({ ...OPTIONS, meta: false, validateSchema: false });
    formats?.default.default(ajv);
    return judgeBy(ajv.compile(schema));
  } catch {
    // Its own fault (a reference to nothing, a pattern that is none): the policy that asked says that it cannot be used.
    return undefined;
  }
}

function judgeBy(validate: AjvModule.ValidateFunction): Judge {
  return value => {
    try {
      if (validate(value)) return [true, []];
      const errors = validate.errors ?? [];
      const outermost = errors.filter(({ schemaPath }) => !IN_BRANCH.test(schemaPath));
      return [false, (outermost.length > 0 ? outermost : errors).slice(0, MOST_ERRORS).map(toSchemaError)];
    } catch {
      // The stack is exhausted, or Ajv stumbles over a value with a field `toString`.
      return undefined;
    } finally {
      // Errors hold on to the value.
      validate.errors = null;
    }
  };
}

/** Throws where the pattern is none. */
function compilePattern(pattern: string): { test(text: string): boolean } {
  const { RE2JS } = load('re2js') as typeof Re2Module;
  return RE2JS.compile(pattern);
}

/** The schema, if it is an object or a boolean. One that Ajv would judge later (`$async`) is none. */
function withoutDialect(schema: unknown): AjvModule.AnySchemaObject | boolean | undefined {
  if (typeof schema === 'boolean') return schema;
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || '$async' in schema)
    return undefined;
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON, so neither a schema nor a document: undefined, as the answer is then.
    return undefined;
  }
}
