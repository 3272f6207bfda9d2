// TypeScript types from the schemas: one file per kind, shared shapes once, and one map from kind to type.

import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { followReference, mapSchema, type SchemaNode, type Schemas, sharedName } from './schema.ts';

const FOLDER = 'schemas/generated/types';
const BANNER = '// Generated from the JSON Schemas by schemas/generate.ts; do not edit.';
/** The type generator insists on a root; this one is cut off again. */
const ROOT = 'NoSuchType';

/** `schemas/generated/types/*.ts`. */
export async function generateTypes(schemas: Schemas): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  files.set(`${FOLDER}/shared.ts`, await sharedTypes(schemas.shared));
  for (const { slug, kind, written } of schemas.kinds) {
    files.set(`${FOLDER}/${slug}.ts`, await kindTypes(kind, written, schemas.shared));
  }
  files.set(`${FOLDER}/objects.ts`, objectTypes(schemas));
  return files;
}

async function kindTypes(kind: string, written: SchemaNode, shared: SchemaNode): Promise<string> {
  const imports = new Set<string>();
  const schema = nameSharedTypes(written, shared, name => imports.add(name));
  const text = await toTypeScript(schema, kind);
  const names = [...imports].filter(name => new RegExp(`\\b${name}\\b`).test(text)).sort();
  const importLine = `import type { ${names.join(', ')} } from './shared.ts';`;
  return `${BANNER}\n\n${importLine}\n\n${text}`;
}

/** Every shared shape that has a title becomes a type of that name; the others are written out where they are used. */
async function sharedTypes(shared: SchemaNode): Promise<string> {
  const definitions: Record<string, SchemaNode> = {};
  for (const node of Object.values(shared.$defs ?? {})) {
    if (node.title === undefined) continue;
    const { title, ...body } = node;
    definitions[title] = { title, ...nameSharedTypes(body, shared, () => {}) };
  }
  const root = { type: 'object', additionalProperties: false, definitions };
  const text = await toTypeScript(root, ROOT);
  return `${BANNER}\n\n${text.replace(`export interface ${ROOT} {}\n`, '')}`;
}

/** Replaces references to titled shared shapes by their type names. */
function nameSharedTypes(schema: SchemaNode, shared: SchemaNode, used: (name: string) => void): SchemaNode {
  return mapSchema(schema, node => {
    if (node.$ref === undefined) return node;
    const target = followReference(node, shared);
    const title = shared.$defs?.[sharedName(node.$ref)]?.title;
    if (title === undefined) {
      return target.items === undefined ? withoutTitle(target) : target;
    }
    used(title);
    return {
      ...(target.description === undefined ? {} : { description: target.description }),
      tsType: title,
    };
  });
}

function withoutTitle(node: SchemaNode): SchemaNode {
  const { title: _, ...rest } = node;
  return rest;
}

async function toTypeScript(schema: SchemaNode, name: string): Promise<string> {
  const text = await compile(structuredClone(schema) as JSONSchema, name, {
    additionalProperties: false,
    bannerComment: '',
    enableConstEnums: false,
    // Limits on the number of items would become unions of tuples.
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110, arrowParens: 'avoid' },
    unknownAny: true,
    unreachableDefinitions: true,
  });
  return text.replaceAll(
    / \*\n \* This interface was referenced by [^\n]*\n \* via the `definition` [^\n]*\n/g,
    '',
  );
}

function objectTypes({ kinds }: Schemas): string {
  const lines = [BANNER, ''];
  const sorted = [...kinds].sort((a, b) => (a.slug < b.slug ? -1 : 1));
  for (const { kind, slug } of sorted) lines.push(`import type { ${kind} } from './${slug}.ts';`);
  lines.push('', '/** The type of the objects of each kind. */', 'export interface ObjectsByKind {');
  for (const { kind } of kinds) lines.push(`  ${kind}: ${kind};`);
  lines.push('}', '', '/** Any object of DappMesh; `kind` tells which. */');
  lines.push('export type DappMeshObject = ObjectsByKind[keyof ObjectsByKind];', '');
  return lines.join('\n');
}
