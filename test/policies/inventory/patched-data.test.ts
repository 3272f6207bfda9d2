import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { Inventory } from '../../../policies/inventory/inventory.ts';
import type { DataPatch } from '../../../policies/inventory/key-tree.ts';
import { INVENTORY_KINDS } from '../../../policies/inventory/projection.ts';
import { loadHostile } from '../engine/hostile-bundle.ts';
import { anyName, anyObject } from './arbitrary-objects.ts';
import { residentData } from './resident-data.ts';

type Change =
  | { readonly do: 'apply'; readonly object: MeshObject }
  | { readonly do: 'remove'; readonly kind: string; readonly namespace: string; readonly name: string }
  | { readonly do: 'rebase'; readonly objects: readonly MeshObject[] }
  | { readonly do: 'evaluate' };

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: anyObject.map((object): Change => ({ do: 'apply', object })) },
  {
    weight: 3,
    arbitrary: fc
      .record({ kind: fc.constantFrom(...Object.keys(INVENTORY_KINDS)), namespace: anyName, name: anyName })
      .map((key): Change => ({ do: 'remove', ...key })),
  },
  {
    weight: 1,
    arbitrary: fc.array(anyObject, { maxLength: 3 }).map((objects): Change => ({ do: 'rebase', objects })),
  },
  { weight: 2, arbitrary: fc.constant<Change>({ do: 'evaluate' }) },
);

const bundle = await loadHostile('faulty');

function make(inventory: Inventory, change: Exclude<Change, { do: 'evaluate' }>): void {
  if (change.do === 'apply') inventory.apply(change.object);
  else if (change.do === 'rebase') inventory.rebase(change.objects);
  else inventory.remove(change.kind, change.namespace, change.name);
}

t.test('data patched step by step, between evaluations, equals data built at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { minLength: 1, maxLength: 60 }), async changes => {
      const inventory = new Inventory(bundle.projection);
      const patched = residentData(bundle);
      patched.load(await inventory.snapshot());
      inventory.subscribe({ onPatches: patches => patched.patch(patches) });
      for (const change of changes) {
        if (change.do === 'evaluate') patched.evaluate();
        else make(inventory, change);
      }
      const rebuilt = residentData(bundle);
      rebuilt.load(await inventory.snapshot());
      assert.deepStrictEqual(patched.see(), rebuilt.see());
    }),
    { numRuns: 150 },
  );
});

t.test('a thousand changes of the same objects leave the same data as the last of them', async () => {
  const inventory = new Inventory(bundle.projection);
  const patched = residentData(bundle);
  patched.load(await inventory.snapshot());
  inventory.subscribe({ onPatches: patches => patched.patch(patches) });
  for (const object of fc.sample(anyObject, { numRuns: 1000, seed: 7 })) {
    inventory.apply(object);
    if (object.metadata.name.length % 2 === 0) patched.evaluate();
  }
  const rebuilt = residentData(bundle);
  rebuilt.load(await inventory.snapshot());
  assert.deepStrictEqual(patched.see(), rebuilt.see());
});

t.test('what is removed leaves no trace, whatever it was', async t => {
  const inventory = new Inventory(bundle.projection);
  const empty = await inventory.snapshot();
  const objects = fc.sample(anyObject, { numRuns: 200, seed: 11 });
  for (const object of objects) inventory.apply(object);
  for (const { kind, metadata } of objects) inventory.remove(kind, metadata.namespace ?? '', metadata.name);
  t.equal(Buffer.from(await inventory.snapshot()).toString(), Buffer.from(empty).toString());
});

t.test('a snapshot taken while changes arrive ends at the same data once they are replayed', async t => {
  const changes = fc.sample(anyChange, { numRuns: 3000, seed: 5 }).filter(change => change.do !== 'evaluate');
  const inventory = new Inventory(bundle.projection);
  for (const object of manyObjects(9000)) inventory.apply(object);
  const missed: DataPatch[] = [];
  inventory.subscribe({ onPatches: patches => missed.push(...patches) });
  let turns = 0;
  let isTaken = false;
  const taken = inventory.snapshot().finally(() => (isTaken = true));
  while (!isTaken) {
    for (const change of changes.splice(0, 50)) make(inventory, change);
    const [gone] = manyObjects(1, (turns * 7) % 9000);
    if (gone !== undefined) inventory.remove(gone.kind, gone.metadata.namespace ?? '', gone.metadata.name);
    turns += 1;
    await new Promise(resolve => setImmediate(resolve));
  }
  const replayed = residentData(bundle);
  replayed.load(await taken);
  replayed.patch(missed);
  const rebuilt = residentData(bundle);
  rebuilt.load(await inventory.snapshot());
  t.ok(turns > 3, 'changes came in between');
  assert.deepStrictEqual(replayed.see(), rebuilt.see());
});

t.test('what is held back and released while changes arrive ends at the same data', async t => {
  const changes = fc.sample(anyChange, { numRuns: 2000, seed: 3 }).filter(change => change.do !== 'evaluate');
  const inventory = new Inventory(bundle.projection);
  for (const object of manyObjects(50)) inventory.apply(object);
  const held = residentData(bundle);
  held.load(await inventory.snapshot());
  inventory.subscribe({ onPatches: patches => held.patch(patches) });
  inventory.hold();
  // Some of what was told before is gone by then.
  for (const { kind, metadata } of manyObjects(25))
    inventory.remove(kind, metadata.namespace ?? '', metadata.name);
  for (const object of manyObjects(25_000, 100)) inventory.apply(object);
  let turns = 0;
  let isReleased = false;
  const released = inventory.release().finally(() => (isReleased = true));
  while (!isReleased) {
    for (const change of changes.splice(0, 50)) if (change.do !== 'rebase') make(inventory, change);
    turns += 1;
    await new Promise(resolve => setImmediate(resolve));
  }
  await released;
  const rebuilt = residentData(bundle);
  rebuilt.load(await inventory.snapshot());
  t.ok(turns > 1, 'changes came in between');
  assert.deepStrictEqual(held.see(), rebuilt.see());
});

/** Products over 30 namespaces, so that whole branches come and go. */
function* manyObjects(count: number, first = 0): Generator<MeshObject> {
  for (let i = first; i < first + count; i++) {
    const metadata = { name: `product-${i}`, namespace: `namespace-${i % 30}` };
    yield {
      apiVersion: 'dappmesh.io/v1alpha1',
      kind: 'DataProduct',
      metadata,
      spec: { version: `1.0.${i}` },
    };
  }
}
