// A way to hand an evaluation over: to another thread, or to a watchdog in this one.

import type { Bundle } from '../../policies/engine/loading/bundle.ts';

export interface Way {
  readonly name: string;
  /** Gives the result's text. In-thread ways reject once the deadline has passed; threads are ended by `recover`. */
  evaluate(input: Uint8Array): Promise<string>;
  /** Serves again after an evaluation that did not end: whatever that takes. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

export interface WayOptions {
  readonly bundle: Bundle;
  readonly data: Uint8Array;
  /** What one evaluation may take. */
  readonly deadlineMs: number;
}
