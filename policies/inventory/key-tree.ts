// A tree of string keys whose leaves carry JSON text. It knows which branches are empty, so that data
// patched step by step stays equal to data built at once.

type Node = Map<string, Node | string>;

/** One change of `data`: the JSON text that a path gets, or its removal. */
export interface DataPatch {
  readonly path: readonly string[];
  /** JSON text; absent when the path is removed. */
  readonly json?: string;
}

export class KeyTree {
  readonly #root: Node = new Map();
  readonly #stem: readonly string[];

  /** `stem` is where the tree hangs in `data`: `["inventory", "Domain"]`. The stem itself is never removed. */
  constructor(stem: readonly string[]) {
    this.#stem = stem;
  }

  get(keys: readonly string[]): string | undefined {
    let node: Node | string | undefined = this.#root;
    for (const key of keys) node = node instanceof Map ? node.get(key) : undefined;
    return typeof node === 'string' ? node : undefined;
  }

  set(keys: readonly string[], json: string): DataPatch {
    let node = this.#root;
    for (const key of keys.slice(0, -1)) {
      let next = node.get(key);
      if (!(next instanceof Map)) node.set(key, (next = new Map()));
      node = next;
    }
    node.set(keys.at(-1) ?? '', json);
    return { path: [...this.#stem, ...keys], json };
  }

  /** Removes a leaf and every branch that it leaves empty; undefined when there was none. */
  remove(keys: readonly string[]): DataPatch | undefined {
    const trail: Node[] = [this.#root];
    for (const key of keys.slice(0, -1)) {
      const next = trail.at(-1)?.get(key);
      if (!(next instanceof Map)) return undefined;
      trail.push(next);
    }
    let depth = keys.length - 1;
    if (trail[depth]?.delete(keys[depth] ?? '') !== true) return undefined;
    while (depth > 0 && trail[depth]?.size === 0) {
      depth -= 1;
      trail[depth]?.delete(keys[depth] ?? '');
    }
    return { path: [...this.#stem, ...keys.slice(0, depth + 1)] };
  }

  /** The JSON text of the whole tree, in pieces, so that a caller can pause in between. */
  *encode(): Generator<string> {
    yield* encodeNode(this.#root);
  }

  *leaves(keys: readonly string[] = []): Generator<{ keys: string[]; json: string }> {
    let node: Node | string | undefined = this.#root;
    for (const key of keys) node = node instanceof Map ? node.get(key) : undefined;
    if (node instanceof Map) yield* leavesOf(node, [...keys]);
  }
}

function* encodeNode(node: Node): Generator<string> {
  let separator = '{';
  for (const [key, child] of node) {
    const label = `${separator}${JSON.stringify(key)}:`;
    separator = ',';
    if (typeof child === 'string') yield label + child;
    else {
      yield label;
      yield* encodeNode(child);
    }
  }
  yield separator === '{' ? '{}' : '}';
}

function* leavesOf(node: Node, keys: string[]): Generator<{ keys: string[]; json: string }> {
  for (const [key, child] of node) {
    if (typeof child === 'string') yield { keys: [...keys, key], json: child };
    else yield* leavesOf(child, [...keys, key]);
  }
}
