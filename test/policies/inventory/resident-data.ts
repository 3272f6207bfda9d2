// A Wasm instance with data that is patched as in an evaluation thread, and what it then sees.

import type { Bundle } from '../../../policies/engine/loading/bundle.ts';
import { WasmInstance } from '../../../policies/engine/wasm/wasm-instance.ts';
import type { DataPatch } from '../../../policies/inventory/key-tree.ts';
import { product, review, wasmInput } from '../engine/question.ts';

const MAXIMUM_PAGES = 4096;

export interface ResidentData {
  load(json: Uint8Array): void;
  patch(patches: readonly DataPatch[]): void;
  /** `data` as a policy sees it. */
  see(): unknown;
  /** An evaluation, as it leaves the heap in another state. */
  evaluate(): void;
}

/** `bundle` is the one of `hostile/faulty`, one of whose policies tells the data. */
export function residentData(bundle: Bundle): ResidentData {
  const instance = new WasmInstance(bundle.module, MAXIMUM_PAGES);
  const teller = bundle.entrypoints['dappmesh/governance/telling/violations'] ?? -1;
  const collector = bundle.entrypoints['dappmesh/verdict/DataProduct'] ?? -1;
  const question = wasmInput(review(product('telling')));
  return {
    load: json => instance.load(json),
    patch: patches => instance.patch(patches),
    see() {
      const text = new TextDecoder().decode(instance.evaluate(teller, question));
      const [{ result }] = JSON.parse(text) as [{ result: { details: Record<string, unknown> }[] }];
      const [violation] = result;
      if (violation === undefined) throw new Error(`nothing is told: ${text}`);
      const { inventory, index, base } = violation.details;
      return { inventory, index, base };
    },
    evaluate: () => void instance.evaluate(collector, question),
  };
}
