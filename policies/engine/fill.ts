// What defaults may do to an object: fill absent map keys, never touch a list or a value that is there.
// Anything more would fight with GitOps (Argo CD shows a changed list item as drift for ever).

import type { Addition } from './decode.ts';
import type { MeshObject } from './review.ts';
import { type Finding, toJsonPointer } from './verdict.ts';

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
  const copy = structuredClone(object) as MeshObject;
  const ordered = additions.toSorted((a, b) => (toJsonPointer(a.path) < toJsonPointer(b.path) ? -1 : 1));
  const operations = ordered.flatMap(addition => addAbsent(copy, addition));
  return { operations, object: copy };
}

/** Adds a value where its key is absent, with the maps above it; gives the operations that do the same. */
function addAbsent(object: MeshObject, { path, value }: Addition): AddOperation[] {
  const operations: AddOperation[] = [];
  let node: unknown = object;
  for (const [depth, segment] of path.entries()) {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return [];
    const map = node as Record<string, unknown>;
    const isLast = depth === path.length - 1;
    if (!Object.hasOwn(map, segment)) {
      map[segment] = isLast ? value : {};
      operations.push({
        op: 'add',
        path: toJsonPointer(path.slice(0, depth + 1)),
        value: isLast ? value : {},
      });
    } else if (isLast) return [];
    node = map[segment];
  }
  return operations;
}
