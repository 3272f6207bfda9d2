// Calls back for many ids, each at its own time, with one timer: a binary heap by time, ids changed in place by a map.

/** Longer delays overflow into an immediate call (Node: 32-bit milliseconds). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Computed twice, the same time differs by this much. */
const SLACK_MS = 10;

/** Runs work later; gives the function that cancels it. */
export type Schedule = (work: () => void, delayMs: number) => () => void;

export interface Delays {
  /** Sets the time of an id; of several times the soonest counts. */
  readonly set: (id: string, delayMs: number) => void;
  readonly clear: () => void;
}

interface Entry {
  readonly id: string;
  readonly at: number;
}

/** Makes the delays; `onDue` is called once per id, in order of time. */
export function createDelays(deps: {
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly onDue: (id: string) => void;
}): Delays {
  const times = new Map<string, number>();
  const heap: Entry[] = [];
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;

  /** Sooner times leave the later ones behind. What is sorted is a heap. */
  const dropLeftovers = () => {
    const entries = [...times].map(([id, at]) => ({ id, at }));
    heap.length = 0;
    for (const entry of entries.toSorted((a, b) => a.at - b.at)) heap.push(entry);
  };

  const arm = () => {
    const next = heap[0];
    if (next === undefined || (timer !== undefined && timer.at <= next.at)) return;
    timer?.cancel();
    const delayMs = Math.min(Math.max(next.at - deps.now(), 0), LONGEST_TIMER_MS);
    timer = { at: next.at, cancel: deps.schedule(fire, delayMs) };
  };

  const fire = () => {
    timer = undefined;
    const now = deps.now();
    for (let next = heap[0]; next !== undefined && next.at <= now; next = heap[0]) {
      pop(heap);
      // An entry whose id got a sooner time is a leftover.
      if (times.get(next.id) !== next.at) continue;
      times.delete(next.id);
      deps.onDue(next.id);
    }
    arm();
  };

  return {
    set(id, delayMs) {
      const at = deps.now() + delayMs;
      const before = times.get(id);
      if (before !== undefined && before <= at + SLACK_MS) return;
      times.set(id, at);
      push(heap, { id, at });
      if (heap.length > 2 * times.size) dropLeftovers();
      arm();
    },
    clear() {
      timer?.cancel();
      timer = undefined;
      times.clear();
      heap.length = 0;
    },
  };
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  for (let above = (at - 1) >> 1; at > 0 && isBefore(heap, at, above); above = (at - 1) >> 1) {
    swap(heap, at, above);
    at = above;
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const child = isBefore(heap, left + 1, left) ? left + 1 : left;
    if (!isBefore(heap, child, at)) return;
    swap(heap, child, at);
    at = child;
  }
}

function isBefore(heap: readonly Entry[], left: number, right: number): boolean {
  const a = heap[left];
  const b = heap[right];
  return a !== undefined && b !== undefined && a.at < b.at;
}

function swap(heap: Entry[], left: number, right: number): void {
  const a = heap[left];
  const b = heap[right];
  if (a === undefined || b === undefined) return;
  heap[left] = b;
  heap[right] = a;
}
