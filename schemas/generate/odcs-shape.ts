// The names and types of a contract document, for Rego: the union of all branches of the ODCS structure,
// as deep as policies look. OPA knows neither conditions nor recursion.

import type { SchemaNode } from './schema.ts';

/** Properties may hold properties (objects, arrays of objects) without end; policies see this many levels typed. */
const LEVELS = 4;

const ANYTHING: SchemaNode = { type: 'object', additionalProperties: true };

/** A closed object with every field that a contract document may have. */
export function odcsShape(odcs: SchemaNode): SchemaNode {
  return shapeOf(odcs, odcs, LEVELS);
}

function shapeOf(node: SchemaNode, odcs: SchemaNode, levels: number): SchemaNode {
  const parts = branchesOf(node, odcs);
  const types = new Set(parts.flatMap(part => part.type ?? []));
  const properties = parts.filter(part => part.properties !== undefined);
  const items = parts.filter(part => part.items !== undefined);
  if (types.size === 1 && types.has('array') && items.length > 0) {
    return {
      type: 'array',
      items: union(
        items.map(part => part.items as SchemaNode),
        odcs,
        levels,
      ),
    };
  }
  const isObject = properties.length > 0 && (types.size === 0 || (types.size === 1 && types.has('object')));
  if (isObject) return levels === 0 ? ANYTHING : objectOf(properties, odcs, levels);
  const only = types.size === 1 ? [...types][0] : undefined;
  // Several types, or none stated: OPA takes an empty schema for "any".
  return only === undefined || only === 'array' || only === 'object' ? {} : { type: only };
}

function objectOf(parts: readonly SchemaNode[], odcs: SchemaNode, levels: number): SchemaNode {
  const byName = new Map<string, SchemaNode[]>();
  for (const part of parts) {
    for (const [name, child] of Object.entries(part.properties ?? {})) {
      byName.set(name, [...(byName.get(name) ?? []), child]);
    }
  }
  const properties: Record<string, SchemaNode> = {};
  for (const [name, children] of byName) properties[name] = union(children, odcs, levels - 1);
  return { type: 'object', additionalProperties: false, properties };
}

function union(nodes: readonly SchemaNode[], odcs: SchemaNode, levels: number): SchemaNode {
  return shapeOf({ allOf: nodes }, odcs, levels);
}

/** The node and everything that `$ref`, `allOf`, `anyOf`, `oneOf` and `then` add to it. */
function branchesOf(node: SchemaNode, odcs: SchemaNode): SchemaNode[] {
  const { $ref, allOf, anyOf, oneOf, then } = node as SchemaNode & Record<string, SchemaNode[] | undefined>;
  const below = [...(allOf ?? []), ...(anyOf ?? []), ...(oneOf ?? [])] as SchemaNode[];
  if (then !== undefined) below.push(then as unknown as SchemaNode);
  if ($ref !== undefined) below.push(atPointer($ref, odcs));
  return [node, ...below.flatMap(child => branchesOf(child, odcs))];
}

/** `#/$defs/ServerSource/ApiServer` → that part of the document. */
export function atPointer(reference: string, document: SchemaNode): SchemaNode {
  let node: unknown = document;
  for (const segment of reference.split('/').slice(1)) node = (node as Record<string, unknown>)[segment];
  if (node === undefined) throw new Error(`${reference} does not exist in the ODCS structure`);
  return node as SchemaNode;
}

/** A copy in which each part that refuses unknown fields notes the names that any of its branches knows. */
export function noteKnownNames(odcs: SchemaNode): SchemaNode {
  const note = (node: SchemaNode): SchemaNode => {
    if (node['unevaluatedProperties'] !== false) return node;
    const names = branchesOf(node, odcs).flatMap(part => Object.keys(part.properties ?? {}));
    return { ...node, 'x-dappmesh-known': [...new Set(names)].sort() };
  };
  const parts = Object.entries(odcs.$defs ?? {}).map(([name, node]) => [name, note(node)] as const);
  return { ...note(odcs), $defs: Object.fromEntries(parts) };
}
