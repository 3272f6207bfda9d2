// The other objects that policies may look at, kept resident on the host as `data.inventory` and `data.index`.
// Every change comes out as patches by path, which the engine's threads apply between two evaluations.

import type { MeshObject } from '../engine/verdict/review.ts';
import { INDEX_NAMES, type IndexEntry, indexEntries } from './indexes.ts';
import { type DataPatch, KeyTree } from './key-tree.ts';
import { INVENTORY_KINDS, type Projection, project } from './projection.ts';

/** Pieces of snapshot text between two pauses: about 1 ms of work. */
const PIECES_PER_TURN = 2000;
/** Characters of patches between two pauses of a release. */
const TEXT_PER_TURN = 256 * 1024;
const LONE_SURROGATE = /(?<=(?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/** Who keeps a copy of the data. */
export interface InventoryListener {
  /** Called with the patches of every change, in order. */
  readonly onPatches: (patches: readonly DataPatch[]) => void;
  /** All that was held back has been told; resolves once it is taken in. */
  readonly onReleased?: () => Promise<void>;
}

export class Inventory {
  #projection: Projection;
  readonly #objects = new Map<string, KeyTree>();
  readonly #index = new Map<string, KeyTree>();
  /** What each object contributes to the index: one line of JSON per entry. */
  readonly #entries = new Map<string, KeyTree>();
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<InventoryListener>();
  #isHeld = false;
  #isComplete = true;
  /** JSON text of `data.base`. */
  #base: string | undefined;

  constructor(projection: Projection) {
    this.#projection = projection;
    for (const kind of Object.keys(INVENTORY_KINDS)) {
      this.#objects.set(kind, new KeyTree(['inventory', kind]));
      this.#entries.set(kind, new KeyTree([]));
    }
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
    const patches = this.#reindex(object.kind, keys, indexEntries(object));
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
    this.#publish([...this.#reindex(kind, keys, []), removed]);
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

  /** Gives the function that ends it. */
  subscribe(listener: InventoryListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For a first list: from now on changes are told to nobody, until `release` tells of them all. */
  hold(): void {
    this.#isHeld = true;
    this.#isComplete = false;
  }

  /** Whether those who listen have been told of everything: false from `hold` until the end of `release`. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * Tells of everything that is there, branch by branch, and from now on of every change. Resolves once all who listen
   * have taken it in; before, they may see some branches and not yet others.
   */
  async release(): Promise<void> {
    this.#isHeld = false;
    let text = 0;
    for (const tree of [...this.#objects.values(), ...this.#index.values()]) {
      for (const patch of tree.patches()) {
        this.#publish([patch]);
        text += patch.json.length;
        if (text < TEXT_PER_TURN) continue;
        text = 0;
        await new Promise(resolve => setImmediate(resolve));
      }
    }
    await Promise.all([...this.#listeners].map(async ({ onReleased }) => onReleased?.()));
    this.#isComplete = true;
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

  #reindex(kind: string, keys: readonly string[], entries: readonly IndexEntry[]): DataPatch[] {
    const known = this.#entries.get(kind);
    const before = known?.get(keys) ?? '';
    const after = entries.map(entry => JSON.stringify(entry)).join('\n');
    if (before === after) return [];
    if (after === '') known?.remove(keys);
    else known?.set(keys, after);
    const removed = linesOnlyIn(before, after).map(([name = '', ...path]) =>
      this.#index.get(name)?.remove(path),
    );
    const added = linesOnlyIn(after, before).map(([name = '', ...path]) =>
      this.#index.get(name)?.set(path, 'true'),
    );
    return [...removed, ...added].filter(patch => patch !== undefined);
  }

  #publish(patches: readonly DataPatch[]): void {
    if (patches.length === 0 || this.#isHeld) return;
    for (const { onPatches } of this.#listeners) onPatches(patches);
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

function linesOnlyIn(text: string, other: string): IndexEntry[] {
  const known = new Set(other.split('\n'));
  const lines = text === '' ? [] : text.split('\n').filter(line => !known.has(line));
  return lines.map(line => JSON.parse(line) as IndexEntry);
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
