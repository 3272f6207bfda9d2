// What differs between two versions of an object, field by field. Pure.

import type { Path } from '../../../policies/engine/verdict/verdict.ts';
import { isMap } from '../read/manifests.ts';

/** `before` is absent for what is added, `after` for what is taken away. */
export interface Change {
  readonly path: Path;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What the API server and the controllers write about an object: no part of what anybody asked for. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/** The object without status and without the API server's bookkeeping. */
export function withoutBookkeeping(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { status: _, metadata, ...rest } = object;
  const kept = Object.entries(isMap(metadata) ? metadata : {}).filter(([key]) => !BOOKKEEPING.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

/** The changes that lead from one value to the other, in the order of their paths. */
export function changesBetween(before: unknown, after: unknown, path: Path = []): Change[] {
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap(key => between(has(before, key), has(after, key), [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return pairs(before, after).flatMap(({ at, left, right }) => between(left, right, [...path, at]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

/** A value, or nothing. */
type Maybe = { readonly value: unknown } | undefined;

function between(left: Maybe, right: Maybe, path: Path): Change[] {
  if (left !== undefined && right !== undefined) return changesBetween(left.value, right.value, path);
  if (left !== undefined) return [{ path, before: left.value }];
  return right === undefined ? [] : [{ path, after: right.value }];
}

function has(map: Readonly<Record<string, unknown>>, key: string): Maybe {
  return Object.hasOwn(map, key) ? { value: map[key] } : undefined;
}

interface Pair {
  /** Place in the new list; in the old one for what is gone. */
  readonly at: number;
  readonly left: Maybe;
  readonly right: Maybe;
}

/** Items of lists by their names where all have one (containers, ports, volumes), else by their places. */
function pairs(before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const old = namesOf(before);
  const now = namesOf(after);
  if (old === undefined || now === undefined) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, at) => ({
      at,
      left: at < before.length ? { value: before[at] } : undefined,
      right: at < after.length ? { value: after[at] } : undefined,
    }));
  }
  const kept = now.map((name, at): Pair => {
    const was = old.indexOf(name);
    return { at, left: was < 0 ? undefined : { value: before[was] }, right: { value: after[at] } };
  });
  const gone = old.flatMap((name, at): Pair[] =>
    now.includes(name) ? [] : [{ at, left: { value: before[at] }, right: undefined }],
  );
  return [...kept, ...gone];
}

function namesOf(list: readonly unknown[]): string[] | undefined {
  const names = list.flatMap(item => (isMap(item) && typeof item['name'] === 'string' ? [item['name']] : []));
  return names.length === list.length && new Set(names).size === names.length ? names : undefined;
}
