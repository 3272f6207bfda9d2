// How old what policies see may be: per kind, how long its watch has had no word of the API server. Told, never judged
// by: an API server that is away must not take its webhooks with it.

import { KINDS } from '../schemas/kinds.ts';

export interface InventoryAge {
  /** The API server has just said what there is of a kind, or that nothing has changed. */
  heard(kind: string): void;
  /** Per kind, from the first moment on. */
  seconds(): ReadonlyMap<string, number>;
}

/** Ages of all kinds, by a clock of monotonic milliseconds. */
export function createInventoryAge(clock: () => number): InventoryAge {
  const heardAt = new Map<string, number>(KINDS.map(({ kind }) => [kind, clock()]));
  return {
    heard(kind) {
      heardAt.set(kind, clock());
    },
    seconds() {
      const now = clock();
      return new Map([...heardAt].map(([kind, at]) => [kind, (now - at) / 1_000]));
    },
  };
}
