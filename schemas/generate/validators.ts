// Validators compiled ahead: Ajv writes standalone modules that check without compiling anything at run time.
// Errors carry the schema they come from (`verbose`), so that a message can say what is allowed.

import { Ajv, type AnySchema, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { checksOf } from './checks.ts';
import { noteKnownNames } from './odcs-shape.ts';
import { isFree, type KindSchema, mapSchema, type SchemaNode, type Schemas } from './schema.ts';
import { shareRepeated } from './share-repeated.ts';
import { splitByType } from './split-by-type.ts';
import { standaloneModule } from './standalone-module.ts';
import { useLinearUniqueItems } from './unique-items.ts';

const FOLDER = 'schemas/generated/validators';
const BANNER = '// Generated from the JSON Schemas by schemas/generate.ts; do not edit.\n';

const FORM = 'x-dappmesh-form';

const DECLARATION = `${BANNER}import type { ValidatorModule } from '../../validator.ts';

export declare const validate: ValidatorModule['validate'];
export declare const checks: ValidatorModule['checks'];
`;

const OPTIONS: Options = {
  allErrors: true,
  verbose: true,
  messages: false,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allowMatchingProperties: true,
  code: { source: true, esm: true, lines: false, optimize: true },
};

/** `schemas/generated/validators/<kind>.js`, `odcs.js` and their declarations. */
export function generateValidators(schemas: Schemas): Map<string, string> {
  const files = new Map<string, string>();
  for (const kind of schemas.kinds) {
    const ajv = new Ajv({ ...OPTIONS, inlineRefs: false });
    const code = compileModule(ajv, shareRepeated(validationSchema(kind)));
    const checks = JSON.stringify(checksOf(kind.resolved) ?? {});
    files.set(`${FOLDER}/${kind.slug}.js`, `${code}export const checks = ${checks};\n`);
    files.set(`${FOLDER}/${kind.slug}.d.ts`, DECLARATION);
  }
  const ajv = new Ajv2019({ ...OPTIONS, strict: false });
  files.set(`${FOLDER}/odcs.js`, compileModule(ajv, splitByType(noteKnownNames(schemas.odcs))));
  files.set(`${FOLDER}/odcs.d.ts`, DECLARATION);
  return files;
}

/** The schema of an object as it is written or read: a name, or a prefix from which the API server makes one. */
function validationSchema({ resolved }: KindSchema): SchemaNode {
  const bare = mapSchema(resolved, onlyConstraints);
  const { required: _, ...metadata } = bare.properties?.['metadata'] ?? {};
  const named = { ...metadata, anyOf: [{ required: ['name'] }, { required: ['generateName'] }] };
  return { ...bare, properties: { ...bare.properties, metadata: named } };
}

function onlyConstraints(node: SchemaNode): SchemaNode {
  if (isFree(node)) return { type: 'object' };
  const kept = Object.entries(node).filter(([keyword]) => !IGNORED.has(keyword) && !isExtension(keyword));
  const isSet = node['x-kubernetes-list-type'] === 'set';
  return { ...Object.fromEntries(kept), ...(isSet ? { uniqueItems: true } : {}) };
}

/** The form in words stays: messages quote it. */
function isExtension(keyword: string): boolean {
  return keyword.startsWith('x-') && keyword !== FORM;
}

/** Keywords that say nothing about validity; int32 and int64 follow from the bounds. */
const IGNORED = new Set(['$schema', '$id', 'title', 'description', 'default']);

function compileModule(ajv: Ajv | Ajv2019, schema: SchemaNode): string {
  formats.default(ajv);
  useLinearUniqueItems(ajv);
  ajv.addKeyword(FORM);
  ajv.addFormat('int32', true);
  ajv.addFormat('int64', true);
  return BANNER + standaloneModule(ajv, ajv.compile(schema as AnySchema));
}
