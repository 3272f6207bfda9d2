// The other objects that policies may look at, kept resident on the host as `data.inventory` and `data.index`.
// Every change comes out as patches by path, which the engine's threads apply between two evaluations.

import type { MeshObject } from '../engine/review.ts';
import { INDEX_NAMES, type IndexEntry, indexEntries } from './indexes.ts';
import { type DataPatch, KeyTree } from './key-tree.ts';
import { INVENTORY_KINDS, type Projection, project } from './projection.ts';

/** Pieces of snapshot text between two pauses: about 1 ms of work. */
const PIECES_PER_TURN = 2000;
const LONE_SURROGATE = /(?<=(?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

export class Inventory {
  #projection: Projection;
  readonly #objects = new Map<string, KeyTree>();
  readonly #index = new Map<string, KeyTree>();
  readonly #entries = new Map<string, readonly IndexEntry[]>();
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<(patches: readonly DataPatch[]) => void>();
  /** JSON text of `data.base`. */
  #base: string | undefined;

  constructor(projection: Projection) {
    this.#projection = projection;
    for (const kind of Object.keys(INVENTORY_KINDS))
      this.#objects.set(kind, new KeyTree(['inventory', kind]));
    for (const name of INDEX_NAMES) this.#index.set(name, new KeyTree(['index', name]));
  }

  get projection(): Projection {
    return this.#projection;
  }

  /** Takes effect for objects applied from now on; the caller applies all of them again. */
  widen(projection: Projection): void {
    this.#projection = projection;
  }

  /** Adds or replaces an object. Kinds that no policy can see are ignored. */
  apply(object: MeshObject): void {
    const tree = this.#objects.get(object.kind);
    if (tree === undefined) return;
    const keys = keysOf(object.kind, object.metadata.namespace ?? '', object.metadata.name);
    const json = wellFormed(JSON.stringify(project(this.#projection, object)));
    const before = tree.get(keys);
    const patches = this.#reindex(idOf(object.kind, keys), indexEntries(object));
    if (before !== json) patches.push(tree.set(keys, json));
    if (before === undefined) this.#counts.set(object.kind, this.size(object.kind) + 1);
    this.#publish(patches);
  }

  /** Removes an object; nothing happens when it is not there. */
  remove(kind: string, namespace: string, name: string): void {
    const keys = keysOf(kind, namespace, name);
    const removed = this.#objects.get(kind)?.remove(keys);
    if (removed === undefined) return;
    this.#counts.set(kind, this.size(kind) - 1);
    this.#publish([...this.#reindex(idOf(kind, keys), []), removed]);
  }

  /**
   * Says what was there before the change under judgement, for when the inventory already holds what the change
   * makes, as at push. Policies see it as `data.base`, of the same shape; without it, the inventory counts as before.
   */
  rebase(objects: Iterable<MeshObject>): void {
    const before = new Inventory(this.#projection);
    for (const object of objects) before.apply(object);
    this.#base = [...before.#encode()].join('');
    this.#publish([{ path: ['base'], json: this.#base }]);
  }

  /** The kept part of an object. */
  get(kind: string, namespace: string, name: string): Record<string, unknown> | undefined {
    const json = this.#objects.get(kind)?.get(keysOf(kind, namespace, name));
    return json === undefined ? undefined : (JSON.parse(json) as Record<string, unknown>);
  }

  /** Name and kept part of all objects of a kind, or of those in one namespace. */
  *list(kind: string, namespace?: string): Generator<{ name: string; object: Record<string, unknown> }> {
    const keys = namespace === undefined || namespace === '' ? [] : [namespace];
    for (const leaf of this.#objects.get(kind)?.leaves(keys) ?? []) {
      yield { name: leaf.keys.at(-1) ?? '', object: JSON.parse(leaf.json) as Record<string, unknown> };
    }
  }

  size(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Calls back with the patches of every change, in order; gives the function that ends it. */
  subscribe(listener: (patches: readonly DataPatch[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The JSON text of `{"inventory": …, "index": …}`. It yields to the event loop as it goes, so changes that arrive
   * meanwhile may or may not be in it: a subscriber replays all patches since the call, and ends at the same data.
   */
  async snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Buffer[] = [];
    let pieces: string[] = [];
    for (const piece of this.#encode()) {
      if (pieces.push(piece) < PIECES_PER_TURN) continue;
      chunks.push(Buffer.from(pieces.join('')));
      pieces = [];
      await new Promise(resolve => setImmediate(resolve));
    }
    chunks.push(Buffer.from(pieces.join('')));
    const text = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of chunks) {
      text.set(chunk, offset);
      offset += chunk.length;
    }
    return text;
  }

  *#encode(): Generator<string> {
    yield '{"inventory":';
    yield* encodeForest(this.#objects);
    yield ',"index":';
    yield* encodeForest(this.#index);
    yield this.#base === undefined ? '}' : `,"base":${this.#base}}`;
  }

  #reindex(id: string, entries: readonly IndexEntry[]): DataPatch[] {
    const before = this.#entries.get(id) ?? [];
    if (before.length === 0 && entries.length === 0) return [];
    const kept = new Set(entries.map(entry => JSON.stringify(entry)));
    const known = new Set(before.map(entry => JSON.stringify(entry)));
    if (entries.length === 0) this.#entries.delete(id);
    else this.#entries.set(id, entries);
    const removed = before
      .filter(entry => !kept.has(JSON.stringify(entry)))
      .map(([name = '', ...keys]) => this.#index.get(name)?.remove(keys));
    const added = entries
      .filter(entry => !known.has(JSON.stringify(entry)))
      .map(([name = '', ...keys]) => this.#index.get(name)?.set(keys, 'true'));
    return [...removed, ...added].filter(patch => patch !== undefined);
  }

  #publish(patches: readonly DataPatch[]): void {
    if (patches.length === 0) return;
    for (const listener of this.#listeners) listener(patches);
  }
}

function keysOf(kind: string, namespace: string, name: string): string[] {
  const keys = INVENTORY_KINDS[kind] === 'Cluster' ? [name] : [namespace, name];
  return keys.map(key => key.toWellFormed());
}

/** Half a surrogate pair would abort the module as it reads it; JSON.stringify writes those, and only those, escaped. */
function wellFormed(json: string): string {
  return json.includes('\\ud') ? json.replace(LONE_SURROGATE, '\ufffd') : json;
}

function idOf(kind: string, keys: readonly string[]): string {
  return JSON.stringify([kind, ...keys]);
}

function* encodeForest(trees: ReadonlyMap<string, KeyTree>): Generator<string> {
  let separator = '{';
  for (const [name, tree] of trees) {
    yield `${separator}${JSON.stringify(name)}:`;
    yield* tree.encode();
    separator = ',';
  }
  yield '}';
}
