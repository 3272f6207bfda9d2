// A tree of string keys whose leaves carry JSON text. It knows which branches are empty, so that data
// patched step by step stays equal to data built at once.

type Node = Branch | string;
/** Most branches have one child all their life, and a Map of one takes five times as much memory. */
type Branch = Map<string, Node> | Only;
interface Only {
  readonly key: string;
  child: Node;
}

/** One change of `data`: the JSON text that a path gets, or its removal. */
export interface DataPatch {
  readonly path: readonly string[];
  /** JSON text; absent when the path is removed. */
  readonly json?: string;
}

export class KeyTree {
  readonly #root = new Map<string, Node>();
  readonly #stem: readonly string[];

  /** `stem` is where the tree hangs in `data`: `["inventory", "Domain"]`. The stem itself is never removed. */
  constructor(stem: readonly string[]) {
    this.#stem = stem;
  }

  get(keys: readonly string[]): string | undefined {
    const node = this.#find(keys);
    return typeof node === 'string' ? node : undefined;
  }

  set(keys: readonly string[], json: string): DataPatch {
    put(this.#root, keys, 0, json);
    return { path: [...this.#stem, ...keys], json };
  }

  /** Removes a leaf and every branch that it leaves empty; undefined when there was none. */
  remove(keys: readonly string[]): DataPatch | undefined {
    let node: Node | undefined = this.#root;
    let cut = this.#root;
    let depth = 0;
    for (const [i, key] of keys.entries()) {
      // From here down everything hangs on this one key, unless there is another further below.
      if (node instanceof Map && node.size > 1) [cut, depth] = [node, i];
      node = childOf(node, key);
    }
    if (typeof node !== 'string') return undefined;
    cut.delete(keys[depth] ?? '');
    return { path: [...this.#stem, ...keys.slice(0, depth + 1)] };
  }

  /** The whole tree as patches: one that empties it, and one for each branch below. */
  *patches(): Generator<DataPatch & { readonly json: string }> {
    yield { path: this.#stem, json: '{}' };
    for (const [key, child] of this.#root) {
      const json = typeof child === 'string' ? child : [...encodeBranch(child)].join('');
      yield { path: [...this.#stem, key], json };
    }
  }

  /** The JSON text of the whole tree, in pieces, so that a caller can pause in between. */
  *encode(): Generator<string> {
    yield* encodeBranch(this.#root);
  }

  *leaves(keys: readonly string[] = []): Generator<{ keys: string[]; json: string }> {
    const node = this.#find(keys);
    if (typeof node === 'object') yield* leavesOf(node, [...keys]);
  }

  #find(keys: readonly string[]): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const key of keys) node = childOf(node, key);
    return node;
  }
}

function childOf(node: Node | undefined, key: string): Node | undefined {
  if (node instanceof Map) return node.get(key);
  return typeof node === 'object' && node.key === key ? node.child : undefined;
}

function childrenOf(branch: Branch): Iterable<readonly [string, Node]> {
  return branch instanceof Map ? branch : [[branch.key, branch.child]];
}

/** Puts a leaf below a node, and gives the node that then takes its place. */
function put(node: Node | undefined, keys: readonly string[], depth: number, json: string): Node {
  const key = keys[depth];
  if (key === undefined) return json;
  const child = put(childOf(node, key), keys, depth + 1, json);
  if (typeof node !== 'object') return { key, child };
  if (node instanceof Map) return node.set(key, child);
  if (node.key !== key) return new Map([...childrenOf(node), [key, child]]);
  node.child = child;
  return node;
}

function* encodeBranch(branch: Branch): Generator<string> {
  let separator = '{';
  for (const [key, child] of childrenOf(branch)) {
    const label = `${separator}${JSON.stringify(key)}:`;
    separator = ',';
    if (typeof child === 'string') yield label + child;
    else {
      yield label;
      yield* encodeBranch(child);
    }
  }
  yield separator === '{' ? '{}' : '}';
}

function* leavesOf(branch: Branch, keys: string[]): Generator<{ keys: string[]; json: string }> {
  for (const [key, child] of childrenOf(branch)) {
    if (typeof child === 'string') yield { keys: [...keys, key], json: child };
    else yield* leavesOf(child, [...keys, key]);
  }
}
