// The objects of DappMesh as the watches have them, packed, with the links between them.

import { hash } from 'node:crypto';
import { IN_USE_FINALIZER } from '../../policies/engine/children/in-use.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { KINDS } from '../../schemas/kinds.ts';
import { type Key, type KeyText, keyOfObject, toKey, toText } from '../key.ts';
import type { Graph } from './dependents.ts';
import { linksOf } from './links.ts';
import { createMultiMap } from './multi-map.ts';
import { createPacking } from './packing.ts';

/** What is known of an object without unpacking it. */
export interface Noted {
  readonly uid: string;
  readonly links: readonly KeyText[];
  /** Changes with spec and deletion: what others may depend on. */
  readonly meaning: string;
  /** Changes with labels, annotations and the finalizers of others. */
  readonly marks: string;
  /** Our own finalizer is on it. */
  readonly isHeld: boolean;
  /** Changes when a condition turns, whatever it says. */
  readonly conditions: string;
}

export interface MeshObjects extends Graph {
  readonly get: (key: Key) => MeshObject | undefined;
  readonly size: (kind: string) => number;
  /** Takes the newest state; gives what was noted of the one before. */
  readonly apply: (object: MeshObject) => { readonly before: Noted | undefined; readonly after: Noted };
  readonly remove: (key: Key) => Noted | undefined;
}

interface Entry extends Noted {
  readonly packed: string;
}

/** Makes an empty one. */
export function createMeshObjects(): MeshObjects {
  const kinds = new Map(KINDS.map(({ kind }) => [kind as string, kindOf()]));
  const linked = createMultiMap<KeyText, KeyText>();
  const relink = (text: KeyText, before: readonly KeyText[], after: readonly KeyText[]) => {
    for (const target of before) if (!after.includes(target)) linked.remove(target, text);
    for (const target of after) linked.add(target, text);
  };
  const entryOf = (key: Key) => kinds.get(key.kind)?.entries.get(toText(key));
  return {
    get(key) {
      const entry = entryOf(key);
      return entry && (kinds.get(key.kind)?.packing.unpack(entry.packed) as MeshObject);
    },
    *keys(kind) {
      for (const text of kinds.get(kind)?.entries.keys() ?? []) yield toKey(text);
    },
    size: kind => kinds.get(kind)?.entries.size ?? 0,
    linksOf: key => entryOf(key)?.links ?? [],
    linkedTo: key => linked.get(toText(key)),
    apply(object) {
      const text = toText(keyOfObject(object));
      const kind = kinds.get(object.kind);
      if (kind === undefined) throw new TypeError(`${object.kind} is no kind of DappMesh`);
      const before = kind.entries.get(text);
      const after = { ...note(object), packed: kind.packing.pack(object) };
      relink(text, before?.links ?? [], after.links);
      kind.entries.set(text, after);
      return { before, after };
    },
    remove(key) {
      const text = toText(key);
      const before = entryOf(key);
      relink(text, before?.links ?? [], []);
      kinds.get(key.kind)?.entries.delete(text);
      return before;
    },
  };
}

function kindOf() {
  return { packing: createPacking(), entries: new Map<KeyText, Entry>() };
}

function note(object: MeshObject): Noted {
  const {
    uid = '',
    generation = 0,
    deletionTimestamp = '',
    labels,
    annotations,
    finalizers = [],
  } = object.metadata;
  const others = finalizers.filter(finalizer => finalizer !== IN_USE_FINALIZER);
  return {
    uid: String(uid),
    links: linksOf(object),
    meaning: `${String(uid)} ${String(generation)} ${String(deletionTimestamp)}`,
    marks: hash('sha1', JSON.stringify([labels, annotations, others]), 'base64'),
    isHeld: others.length < finalizers.length,
    conditions: conditionsOf(object['status']),
  };
}

function conditionsOf(status: unknown): string {
  const { conditions } = (status ?? {}) as { conditions?: readonly { type?: unknown; status?: unknown }[] };
  if (!Array.isArray(conditions)) return '';
  return conditions.map(({ type, status }) => `${String(type)}=${String(status)}`).join();
}
