// Whether a live object says everything that is desired. What others added is left alone, where server-side apply would
// leave it too. In doubt the answer is no: an apply that changes nothing follows, and is remembered.

import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import type { ChildObject } from '../../policies/engine/children/blueprint-item.ts';
import {
  isBuiltIn,
  isFilledIn,
  isLeftOut,
  isQuantity,
  isWholeMap,
  listKeys,
  type Place,
} from './api-shapes.ts';
import { isSameQuantity } from './quantity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** True when applying `desired` would change nothing in `live`. Both are the same object of the same kind. */
export function contains(live: KubernetesObject, desired: ChildObject): boolean {
  const root: Place = { kind: desired.kind, isBuiltIn: isBuiltIn(desired.apiVersion), path: [] };
  return matches(live, desired, root, false);
}

/** `isWhole`: within a list or map of one piece, where also what was added is a change. */
function matches(live: unknown, desired: unknown, place: Place, isWhole: boolean): boolean {
  if (desired === null || desired === undefined) return true;
  if (live === null || live === undefined) return isLeftOut(place, desired);
  if (Array.isArray(desired)) return Array.isArray(live) && matchesList(live, desired, place, isWhole);
  if (isFields(desired)) return isFields(live) && matchesMap(live, desired, place, isWhole);
  return live === desired || (isQuantity(place) && isSameQuantity(live, desired));
}

function matchesMap(live: Fields, desired: Fields, place: Place, isWhole: boolean): boolean {
  const isOnePiece = isWhole || isWholeMap(place);
  const holds = Object.entries(desired).every(([key, value]) =>
    matches(live[key], value, below(place, key), isOnePiece),
  );
  if (!holds || !isOnePiece) return holds;
  return Object.entries(live).every(
    ([key, value]) => Object.hasOwn(desired, key) || isFilledIn(below(place, key), value),
  );
}

function matchesList(
  live: readonly unknown[],
  desired: readonly unknown[],
  place: Place,
  isWhole: boolean,
): boolean {
  if (isSet(place)) return desired.every(item => live.includes(item));
  const keys = listKeys(place);
  if (keys !== undefined)
    return desired.every(item => matches(withSameKeys(live, item, keys), item, place, isWhole));
  // The defaults of a custom resource's items are not known: there, what was added is not seen.
  const isOnePiece = place.isBuiltIn;
  return (
    live.length === desired.length && desired.every((item, at) => matches(live[at], item, place, isOnePiece))
  );
}

function withSameKeys(live: readonly unknown[], item: unknown, keys: readonly string[]): unknown {
  return live.find(candidate => keys.every(key => keyOf(candidate, key) === keyOf(item, key)));
}

function keyOf(item: unknown, key: string): unknown {
  const value = isFields(item) ? item[key] : undefined;
  return value === undefined && key === 'protocol' ? 'TCP' : value;
}

function isSet({ path }: Place): boolean {
  return path.length === 2 && path[0] === 'metadata' && path[1] === 'finalizers';
}

function below(place: Place, key: string): Place {
  return { ...place, path: [...place.path, key] };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
