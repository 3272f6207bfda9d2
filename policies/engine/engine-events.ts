// What an engine tells of its work, and those who listen.

import type { ReplacementReason } from './threads/thread-supply.ts';
import type { FaultName } from './verdict/faults.ts';
import type { Rule } from './verdict/policy.ts';

export type EngineEvent =
  | {
      readonly type: 'evaluated';
      readonly kind: string;
      readonly family: Rule['family'];
      readonly seconds: number;
    }
  | {
      readonly type: 'fault';
      readonly fault: FaultName;
      readonly policy: string | undefined;
      readonly message: string;
    }
  | { readonly type: 'replaced'; readonly reason: ReplacementReason; readonly error: Error | undefined }
  | { readonly type: 'swapped'; readonly revision: string }
  | { readonly type: 'swap-failed'; readonly revision: string; readonly error: unknown };

export interface Listeners {
  /** Calls back with every event; gives the function that ends it. */
  readonly add: (listener: (event: EngineEvent) => void) => () => void;
  readonly tell: (event: EngineEvent) => void;
}

/** Nobody listens yet. Who listens must not decide: what a listener throws is a warning of the process and nothing else. */
export function createListeners(): Listeners {
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (thrown) {
          process.emitWarning(thrown instanceof Error ? thrown : String(thrown));
        }
      }
    },
  };
}
