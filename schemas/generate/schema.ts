// Reads the hand-written schemas and resolves their references. Every output starts from what this returns.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A relation between fields that no JSON Schema keyword can state: CEL for the API server, its twin in rules.ts. */
export interface SchemaRule {
  readonly name: string;
  readonly cel: string;
  readonly message: string;
  /** Place below the node that carries the rule; absent: the node itself. */
  readonly path?: readonly string[];
}

/** The part of JSON Schema 2020-12 that the schemas of the kinds use. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly 'x-kubernetes-list-type'?: 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-dappmesh-rules'?: readonly SchemaRule[];
  readonly [keyword: string]: unknown;
}

/** A column of `kubectl get`, as apiextensions v1 names its parts. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string;
  readonly priority?: number;
}

/** What a schema says about its kind under `x-dappmesh`. */
export interface KindExtension {
  readonly plural: string;
  readonly singular: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly printerColumns: readonly PrinterColumn[];
}

/** The schema of one kind: as written, and with every reference resolved. */
export interface KindSchema {
  readonly kind: string;
  /** `data-product`, as in `data-product.schema.json`. */
  readonly slug: string;
  readonly extension: KindExtension;
  readonly written: SchemaNode;
  readonly resolved: SchemaNode;
}

/** All hand-written schemas, plus the structure of the contract standard. */
export interface Schemas {
  readonly kinds: readonly KindSchema[];
  readonly shared: SchemaNode;
  readonly odcs: SchemaNode;
}

/** In the order in which people meet the kinds; also the order of every generated list. */
const SLUGS = [
  'mesh',
  'domain',
  'data-product',
  'data-contract',
  'access-agreement',
  'engine-class',
  'policy-exemption',
] as const;

export const SHARED_FILE = 'shared.schema.json';
const SHARED_REF = `${SHARED_FILE}#/$defs/`;

/** Reads every schema below `folder` (the repository's `schemas`). Throws when one is missing or unlisted. */
export async function readSchemas(folder: string): Promise<Schemas> {
  await refuseUnlisted(folder);
  const shared = await readJson(join(folder, SHARED_FILE));
  const odcs = await readJson(join(folder, 'odcs', 'odcs-3.2.0.structure.json'));
  const kinds: KindSchema[] = [];
  for (const slug of SLUGS) {
    const written = await readJson(join(folder, `${slug}.schema.json`));
    kinds.push({
      kind: String(written.title),
      slug,
      extension: written['x-dappmesh'] as KindExtension,
      written,
      resolved: resolveReferences(written, shared),
    });
  }
  return { kinds, shared, odcs };
}

/** The node itself for a node without `$ref`; else the shared shape, overlaid with the keywords beside the `$ref`. */
export function followReference(node: SchemaNode, shared: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const { $ref, ...beside } = node;
  const name = sharedName($ref);
  const target = shared.$defs?.[name];
  if (target === undefined) throw new Error(`${$ref} does not exist`);
  return { ...followReference(target, shared), ...beside };
}

/** `shared.schema.json#/$defs/Contact` and, inside the shared file, `#/$defs/Contact` → `Contact`. */
export function sharedName(reference: string): string {
  const local = reference.startsWith('#/$defs/') ? SHARED_FILE + reference : reference;
  if (!local.startsWith(SHARED_REF)) throw new Error(`${reference} does not point into ${SHARED_FILE}`);
  return local.slice(SHARED_REF.length);
}

/** A copy of the schema without any `$ref`. */
export function resolveReferences(node: SchemaNode, shared: SchemaNode): SchemaNode {
  return mapSchema(node, child => followReference(child, shared));
}

/** A copy of the schema in which `change` was applied to every node, parents before children. */
export function mapSchema(node: SchemaNode, change: (node: SchemaNode) => SchemaNode): SchemaNode {
  const changed = change(node);
  const { properties, items, additionalProperties } = changed;
  return {
    ...changed,
    ...(properties === undefined ? {} : { properties: mapProperties(properties, change) }),
    ...(items === undefined ? {} : { items: mapSchema(items, change) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: mapSchema(additionalProperties, change) }
      : {}),
  };
}

function mapProperties(
  properties: Readonly<Record<string, SchemaNode>>,
  change: (node: SchemaNode) => SchemaNode,
): Record<string, SchemaNode> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, child]) => [name, mapSchema(child, change)]),
  );
}

/** True for an object that may hold anything: DappMesh passes it on and never looks inside. */
export function isFree(node: SchemaNode): boolean {
  return node.type === 'object' && node.additionalProperties === true;
}

async function readJson(path: string): Promise<SchemaNode> {
  return JSON.parse(await readFile(path, 'utf8')) as SchemaNode;
}

/** A schema file that no list names would be silently left out of everything. */
async function refuseUnlisted(folder: string): Promise<void> {
  const listed = new Set<string>([SHARED_FILE, ...SLUGS.map(slug => `${slug}.schema.json`)]);
  const files = (await readdir(folder)).filter(name => name.endsWith('.schema.json'));
  const unlisted = files.filter(name => !listed.has(name));
  if (unlisted.length > 0)
    throw new Error(`not listed in schemas/generate/schema.ts: ${unlisted.join(', ')}`);
}
