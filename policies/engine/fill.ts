// What defaults may do to an object: fill absent map keys, never touch a list or a value that is there.
// Anything more would fight with GitOps (Argo CD shows a changed list item as drift for ever).

import type { Addition } from './verdict/decode.ts';
import type { MeshObject } from './verdict/review.ts';
import { type Finding, toJsonPointer } from './verdict/verdict.ts';

/** A JSON Patch operation (RFC 6902) that adds a key. */
export interface AddOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

export interface Filled {
  readonly operations: readonly AddOperation[];
  /** The object with the operations applied; the one given is not touched. */
  readonly object: MeshObject | null;
  /** Defaults that failed: the object lacks them, and the shell says so. */
  readonly faults: readonly Finding[];
}

/** Applies what may be applied, in the order of paths; the first proposal for a path wins, as they come sorted. */
export function applyAdditions(
  object: MeshObject | null,
  additions: readonly Addition[],
): { operations: AddOperation[]; object: MeshObject | null } {
  if (object === null || additions.length === 0) return { operations: [], object };
  const root: JsonMap = { ...object };
  const copies = new Set<unknown>([root]);
  const operations = additions
    .map(addition => ({ addition, pointer: toJsonPointer(addition.path) }))
    .toSorted((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0))
    .flatMap(({ addition }) => addAbsent(root, addition, copies));
  return { operations, object: root as unknown as MeshObject };
}

type JsonMap = Record<string, unknown>;

/**
 * Adds a value where its key is absent, with the maps above it; gives the operations that do the same. Maps on the way
 * are copied unless they are `copies`; all else is shared, as nobody changes it and objects may be large and deep.
 */
function addAbsent(root: JsonMap, { path, value }: Addition, copies: Set<unknown>): AddOperation[] {
  const operations: AddOperation[] = [];
  let map = root;
  for (const [depth, segment] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (!Object.hasOwn(map, segment)) {
      map[segment] = isLast ? value : {};
      operations.push({
        op: 'add',
        path: toJsonPointer(path.slice(0, depth + 1)),
        value: isLast ? value : {},
      });
    } else if (isLast) return [];
    if (isLast) break;
    const next = map[segment];
    if (typeof next !== 'object' || next === null || Array.isArray(next)) return [];
    map = copyOnce(map, segment, next as JsonMap, copies);
  }
  return operations;
}

function copyOnce(map: JsonMap, segment: string | number, child: JsonMap, copies: Set<unknown>): JsonMap {
  if (copies.has(child)) return child;
  const copy = { ...child };
  copies.add(copy);
  map[segment] = copy;
  return copy;
}
