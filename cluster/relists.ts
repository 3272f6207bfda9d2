// Lists that are asked for out of turn: a watch then ends early, and everything is handed over again.

export interface Relists {
  /** Aborted from when a list is asked for until it begins. */
  readonly signal: AbortSignal;
  /** Settles with the list: every object was handed over, or why that failed. */
  ask(): Promise<void>;
  /** A list begins: gives whom to tell how it ends, if it was asked for. */
  begin(): PromiseWithResolvers<void> | undefined;
}

export function createRelists(): Relists {
  let asked: PromiseWithResolvers<void> | undefined;
  let interruption = new AbortController();
  return {
    get signal() {
      return interruption.signal;
    },
    ask() {
      asked ??= Promise.withResolvers<void>();
      interruption.abort(new Error('a new list is asked for'));
      return asked.promise;
    },
    begin() {
      const begun = asked;
      if (begun === undefined) return undefined;
      asked = undefined;
      interruption = new AbortController();
      return begun;
    },
  };
}
