// A Wasm instance with data, used directly: no thread to hand over to, no HTTP.

import type { Bundle } from '../../policies/engine/loading/bundle.ts';
import { planKey } from '../../policies/engine/verdict/plan.ts';
import { toTimestamp } from '../../policies/engine/verdict/review.ts';
import { WasmInstance } from '../../policies/engine/wasm/wasm-instance.ts';

/** 1 GiB, as the engine allows. */
const PAGES = 16_384;

/** Evaluates the collecting entrypoint for a CREATE of a DataProduct on the text of a review. */
export type Evaluate = (input: Uint8Array) => Uint8Array;

export function openInstance(bundle: Bundle, data: Uint8Array): Evaluate {
  const instance = new WasmInstance(bundle.module, PAGES);
  instance.load(data);
  const plan = bundle.plans.get(planKey('governance', 'DataProduct', 'CREATE'));
  const entrypoint = bundle.entrypoints[plan?.entrypoint ?? ''];
  if (entrypoint === undefined) throw new Error('the bundle does not judge DataProducts');
  return input => instance.evaluate(entrypoint, input);
}

/** The review with the context that the engine adds. */
export function toInput(review: Uint8Array): Buffer {
  const context = { point: 'admission', now: toTimestamp(new Date()) };
  return Buffer.from(
    `${Buffer.from(review).toString().trimEnd().slice(0, -1)},"context":${JSON.stringify(context)}}`,
  );
}
