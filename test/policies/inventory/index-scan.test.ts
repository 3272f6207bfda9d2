import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { loadBundle } from '../../../policies/engine/loading/bundle.ts';
import { WasmInstance } from '../../../policies/engine/wasm/wasm-instance.ts';
import { INDEX_NAMES } from '../../../policies/inventory/indexes.ts';
import { Inventory } from '../../../policies/inventory/inventory.ts';
import { buildFolder } from '../engine/hostile-bundle.ts';
import { product, review } from '../engine/question.ts';
import { anyObject } from './arbitrary-objects.ts';

const bundle = await loadBundle(await buildFolder(join(import.meta.dirname, 'scanning')));
const entrypoint = bundle.entrypoints['dappmesh/governance/scanning/violations'] ?? -1;
const question = review(product('any')).bytes;

async function compare(data: Uint8Array): Promise<unknown> {
  const instance = new WasmInstance(bundle.module, 4096);
  instance.load(data);
  return JSON.parse(new TextDecoder().decode(instance.evaluate(entrypoint, question)));
}

t.test('every index has exactly what a scan of the inventory finds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyObject, { minLength: 1, maxLength: 40 }), async objects => {
      const inventory = new Inventory(bundle.projection);
      for (const object of objects) inventory.apply(object);
      for (const { kind, metadata } of objects.slice(0, 5))
        inventory.remove(kind, metadata.namespace ?? '', metadata.name);
      assert.deepEqual(await compare(await inventory.snapshot()), [{ result: [] }]);
    }),
    { numRuns: 150 },
  );
});

t.test('the scan finds an index that is wrong, for every question', async t => {
  for (const question of INDEX_NAMES) {
    const data = { inventory: {}, index: { [question]: { a: { b: { c: { d: { e: true } } } } } } };
    const [{ result }] = (await compare(Buffer.from(JSON.stringify(data)))) as [
      { result: { path: string[] }[] },
    ];
    t.strictSame(
      result.map(({ path }) => path),
      [[question]],
    );
  }
});
