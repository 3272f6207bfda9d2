// A review on its way through the threads, and how that ended.

import type { FaultName } from '../verdict/faults.ts';
import type { Plan } from '../verdict/plan.ts';

/** A review to evaluate. `settle` is called exactly once. */
export interface Job {
  readonly planKey: string;
  /** The review's JSON text in pieces. */
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  /** Milliseconds on the monotonic clock: nobody waits for an answer after that. */
  readonly deadlineAt: number;
  settle(outcome: Outcome): void;
}

/** How an evaluation ended. Texts are what Wasm returned; nobody has read them yet. */
export type Outcome =
  | {
      readonly kind: 'collected' | 'one-by-one';
      readonly text: string;
      readonly plan: Plan;
      /** Revision of the bundle that answered. */
      readonly revision: string;
    }
  | { readonly kind: 'fault'; readonly fault: FaultName; readonly message: string };
