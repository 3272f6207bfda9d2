// The defaults that the API server fills in before anyone judges. Push and audit fill in the same, so that a policy
// sees one object at every point.

import { DEFAULT_TABLE } from './generated/defaults.ts';

/** A field and the value that the CRD gives it when it is absent. */
export interface SchemaDefault {
  readonly path: readonly string[];
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const DEFAULTS: Readonly<Record<string, readonly SchemaDefault[]>> = DEFAULT_TABLE;

/**
 * `object` with the defaults of its kind, as the API server would store it; the object itself when nothing is
 * missing, else a copy that shares what did not change. A default whose parent is absent is not filled in.
 */
export function withDefaults<T extends Fields>(kind: string, object: T): T {
  let filled: Fields = object;
  for (const { path, value } of DEFAULTS[kind] ?? []) filled = fillIn(filled, path, value);
  return filled as T;
}

function fillIn(node: Fields, [name, ...rest]: readonly string[], value: unknown): Fields {
  if (name === undefined) return node;
  const child = Object.hasOwn(node, name) ? node[name] : undefined;
  if (rest.length === 0) return child === undefined ? { ...node, [name]: value } : node;
  if (typeof child !== 'object' || child === null || Array.isArray(child)) return node;
  const filled = fillIn(child as Fields, rest, value);
  return filled === child ? node : { ...node, [name]: filled };
}
