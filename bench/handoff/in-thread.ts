// In this very thread: without any watchdog, or under the one of node:vm, around each evaluation or around all of
// one turn of the event loop.

import { createContext, Script } from 'node:vm';
import { type Evaluate, openInstance } from '../evaluation/instance.ts';
import type { Way, WayOptions } from './way.ts';

interface Waiting {
  readonly input: Uint8Array;
  readonly resolve: (text: string) => void;
  readonly reject: (error: unknown) => void;
}

const decoder = new TextDecoder();

/** No promise at all: what evaluations cost where nothing is handed over. */
export function openUnwatched(options: WayOptions): Way {
  let evaluate = openInstance(options.bundle, options.data);
  return {
    name: 'in thread, no watchdog',
    evaluate: async input => decoder.decode(evaluate(input)),
    async recover() {
      evaluate = openInstance(options.bundle, options.data);
    },
    close: async () => undefined,
  };
}

/** A watchdog around each evaluation. */
export function openWatched(options: WayOptions): Way {
  let watched = watch(options);
  return {
    name: 'in thread, vm timeout around each',
    evaluate: async input => {
      let text = '';
      watched(evaluate => {
        text = decoder.decode(evaluate(input));
      });
      return text;
    },
    async recover() {
      watched = watch(options);
    },
    close: async () => undefined,
  };
}

/** A watchdog around all evaluations of a turn; when it strikes, those that are left fail too. */
export function openWatchedTurns(options: WayOptions): Way {
  let watched = watch(options);
  let gathered: Waiting[] = [];
  function run(): void {
    const turn = gathered;
    gathered = [];
    let done = 0;
    try {
      watched(evaluate => {
        for (const { input, resolve } of turn) {
          resolve(decoder.decode(evaluate(input)));
          done += 1;
        }
      });
    } catch (error) {
      for (const { reject } of turn.slice(done)) reject(error);
    }
  }
  return {
    name: 'in thread, vm timeout around a turn',
    evaluate: input =>
      new Promise((resolve, reject) => {
        if (gathered.push({ input, resolve, reject }) === 1) setImmediate(run);
      }),
    async recover() {
      watched = watch(options);
    },
    close: async () => undefined,
  };
}

/** Gives a function that runs work on an instance and throws when it takes longer than the deadline. */
function watch({ bundle, data, deadlineMs }: WayOptions): (work: (evaluate: Evaluate) => void) => void {
  const evaluate = openInstance(bundle, data);
  const slot = { work: (_evaluate: Evaluate): void => undefined };
  const context = createContext({ run: () => slot.work(evaluate) });
  const script = new Script('run()');
  return work => {
    slot.work = work;
    script.runInContext(context, { timeout: deadlineMs });
  };
}
