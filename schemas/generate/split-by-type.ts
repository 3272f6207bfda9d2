// A `oneOf` whose branches take different JSON types (a text or an object, a list or an object) becomes one
// condition per type. The verdict stays the same; a fault is then reported by the branch that was meant, and not
// by all of them.

import { atPointer } from './odcs-shape.ts';
import type { SchemaNode } from './schema.ts';

/** A copy of the document with every such `oneOf` replaced. */
export function splitByType(document: SchemaNode): SchemaNode {
  return rewrite(document, document) as SchemaNode;
}

function rewrite(node: unknown, document: SchemaNode): unknown {
  if (Array.isArray(node)) return node.map(child => rewrite(child, document));
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, child]) => [key, rewrite(child, document)]),
  );
  const branches = copy['oneOf'];
  if (!Array.isArray(branches)) return copy;
  const split = conditions(branches as SchemaNode[], document);
  if (split === undefined) return copy;
  const { oneOf: _, allOf, ...rest } = copy;
  const before = Array.isArray(allOf) ? allOf : [];
  return { ...rest, type: split.types, allOf: [...before, ...split.conditions] };
}

function conditions(
  branches: readonly SchemaNode[],
  document: SchemaNode,
): { types: string[]; conditions: SchemaNode[] } | undefined {
  const types = branches.map(branch => typeOf(branch, document));
  if (types.some(type => type === undefined) || new Set(types).size !== types.length) return undefined;
  return {
    types: types as string[],
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    conditions: branches.map((branch, i) => ({ if: { type: types[i] }, then: branch })) as SchemaNode[],
  };
}

/** The one type that a branch takes, or undefined. integer and number overlap, so neither counts. */
function typeOf(branch: SchemaNode, document: SchemaNode): string | undefined {
  if (branch.$ref !== undefined) return typeOf(atPointer(branch.$ref, document), document);
  if (typeof branch.type === 'string') return branch.type === 'integer' ? undefined : branch.type;
  const anyOf = branch['anyOf'] as SchemaNode[] | undefined;
  const types = new Set((anyOf ?? []).map(child => typeOf(child, document)));
  return types.size === 1 ? [...types][0] : undefined;
}
