// The module of a bundle in the plain SDK, without the engine around it: what it says does not hang on our ABI code.

import { createRequire } from 'node:module';
import { readBundleFile } from '../../../policies/bundle/repack.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { HOST_BUILTINS } from '../../../policies/engine/wasm/builtins.ts';
import { Inventory } from '../../../policies/inventory/inventory.ts';
import type { Projection } from '../../../policies/inventory/projection.ts';

/** What is used of the SDK, which its own types describe as something else. */
export interface LoadedModule {
  setData(data: object): void;
  evaluate(input: ArrayBuffer, entrypoint: string): unknown[];
}

const { loadPolicy } = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as {
  loadPolicy(wasm: ArrayBuffer, pages: number, builtins: object): Promise<LoadedModule>;
};

/** Instantiates the module with the built-ins of its host, and nothing else. */
export async function loadModule(bundle: string): Promise<LoadedModule> {
  return loadPolicy((await readBundleFile(bundle, 'policy.wasm')).buffer, 64, HOST_BUILTINS);
}

/** `data` as policies would find it with these objects, kept to a projection. */
export async function dataOf(objects: readonly MeshObject[], projection: Projection): Promise<object> {
  const inventory = new Inventory(projection);
  for (const object of objects) inventory.apply(object);
  return JSON.parse(Buffer.from(await inventory.snapshot()).toString()) as object;
}

/** Keeps whole objects, whatever policies declare. */
export const WHOLE: Projection = {
  Mesh: {},
  Domain: {},
  EngineClass: {},
  DataProduct: {},
  DataContract: {},
  AccessAgreement: {},
  PolicyExemption: {},
};

/** Violations by code, as the collecting entrypoint of the object's kind gives them. */
export function judge(module: LoadedModule, review: object, kind: string): Record<string, Violation[]> {
  const [answer] = evaluate(module, review, `dappmesh/verdict/${kind}`) as [
    { result: { violations: Record<string, Violation[]> } },
  ];
  return answer.result.violations;
}

export interface Violation {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly details: object;
}

/** The raw result set; input goes in as bytes, as the engine sends it. */
export function evaluate(module: LoadedModule, input: object, entrypoint: string): unknown[] {
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(input)));
  return module.evaluate(bytes.buffer, entrypoint);
}
