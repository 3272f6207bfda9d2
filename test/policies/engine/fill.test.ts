import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyPatch, type Operation } from 'rfc6902';
import t from 'tap';
import { applyAdditions } from '../../../policies/engine/fill.ts';
import { type Addition, readAddition } from '../../../policies/engine/verdict/decode.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { loadHostile } from './hostile-bundle.ts';
import { product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');
const KEYS = ['a', 'b', 'a/b', 'm~n', '', '0', 'toString'] as const;

/** A copy with `operations` applied by another implementation of RFC 6902; they all have to succeed. */
function patched(object: MeshObject, operations: readonly unknown[]): MeshObject {
  const copy = structuredClone(object);
  for (const fault of applyPatch(copy, operations as Operation[])) assert.equal(fault, null);
  return copy;
}

/** All that `before` says, `after` says too: more keys at most, lists and values as they were. */
function keepsAll(before: unknown, after: unknown): boolean {
  if (typeof before !== 'object' || before === null || Array.isArray(before)) {
    return JSON.stringify(before) === JSON.stringify(after);
  }
  return Object.entries(before).every(
    ([key, value]) =>
      Object.hasOwn(Object(after), key) && keepsAll(value, (after as Record<string, unknown>)[key]),
  );
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

t.test('absent keys are added, with the maps above them', async t => {
  const object = product('orders', { a: 1 });
  const additions = [
    { path: ['metadata', 'labels', 'dappmesh.io/domain'], value: 'sales' },
    { path: ['metadata', 'labels', 'team'], value: 'x' },
  ];
  const filled = applyAdditions(object, additions);
  t.strictSame(filled.operations, [
    { op: 'add', path: '/metadata/labels', value: {} },
    { op: 'add', path: '/metadata/labels/dappmesh.io~1domain', value: 'sales' },
    { op: 'add', path: '/metadata/labels/team', value: 'x' },
  ]);
  t.strictSame(filled.object, patched(object, filled.operations));
  t.equal(object.metadata.labels, undefined);
});

const ignored: readonly (readonly [title: string, spec: Record<string, unknown>, addition: Addition])[] = [
  ['that is there', { a: 1 }, { path: ['spec', 'a'], value: 2 }],
  ['that is null', { a: null }, { path: ['spec', 'a'], value: 2 }],
  ['that is empty', { a: '' }, { path: ['spec', 'a'], value: 2 }],
  ['in a list', { a: [{}] }, { path: ['spec', 'a', '0', 'b'], value: 2 }],
  ['at the end of a list', { a: [] }, { path: ['spec', 'a', '-'], value: 2 }],
  ['below text', { a: 'x' }, { path: ['spec', 'a', 'b'], value: 2 }],
  ['below null', { a: null }, { path: ['spec', 'a', 'b'], value: 2 }],
];
for (const [title, spec, addition] of ignored) {
  t.test(`nothing is added to a field ${title}`, async t => {
    const object = product('orders', spec);
    const filled = applyAdditions(object, [addition]);
    t.strictSame(filled, { operations: [], object });
  });
}

t.test('an object nested as deep as the API server takes it is filled', async t => {
  const nested = JSON.parse(`${'{"a":['.repeat(4_990)}1${']}'.repeat(4_990)}`) as Record<string, unknown>;
  const filled = applyAdditions(product('orders', nested), [{ path: ['spec', 'b'], value: 1 }]);
  t.strictSame(filled.operations, [{ op: 'add', path: '/spec/b', value: 1 }]);
  t.equal((filled.object as MeshObject).spec?.['a'], nested['a']);
});

t.test('of two proposals for one field the first counts', async t => {
  const proposals = [1, 2].map(value => ({ path: ['spec', 'a'], value }));
  t.strictSame(applyAdditions(product('orders'), proposals).operations, [
    { op: 'add', path: '/spec/a', value: 1 },
  ]);
});

for (const item of [
  null,
  [],
  { path: ['a'] },
  { path: [], value: 1 },
  { path: ['a', 0], value: 1 },
  { path: ['__proto__', 'a'], value: 1 },
  { path: 'a', value: 1 },
  { path: ['a'], value: 1, op: 'replace' },
]) {
  t.test(`what is no addition is not read as one: ${JSON.stringify(item)}`, async t => {
    t.equal(readAddition(item), undefined);
  });
}

const anyTree = fc.letrec(tie => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, 0, '', 'text', false),
    fc.array(tie('node'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('node'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).node;
const anyAddition: fc.Arbitrary<Addition> = fc.record({
  path: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 4 }).map(keys => ['spec', ...keys]),
  value: anyTree,
});

t.test(
  'whatever is proposed, nothing that is there changes, and the patch makes the same object',
  async () => {
    fc.assert(
      fc.property(anyTree, fc.array(anyAddition, { maxLength: 8 }), (spec, additions) => {
        const object = freeze(product('orders', spec as Record<string, unknown>));
        const filled = applyAdditions(object, freeze(additions));
        assert.deepEqual(filled.object, patched(object, filled.operations));
        assert.ok(keepsAll(object, filled.object));
        assert.deepEqual(applyAdditions(filled.object, additions).operations, []);
        assert.ok(filled.operations.every(({ op }) => op === 'add'));
        const again = applyAdditions(object, additions);
        assert.equal(JSON.stringify(again), JSON.stringify(filled));
      }),
      { numRuns: 500 },
    );
  },
);

t.test('the engine fills what the defaults propose, in the order of paths', async t => {
  const { engine } = await serve(t, { bundle });
  const propose = [
    { path: ['spec', 'z'], value: 1 },
    { path: ['metadata', 'labels', 'a'], value: 'x' },
    { path: ['spec', 'propose'], value: 'taken already' },
  ];
  const object = product('orders', { propose });
  const filled = await engine.fill(review(object));
  t.strictSame(filled.faults, []);
  t.strictSame(
    filled.operations.map(({ path }) => path),
    ['/metadata/labels', '/metadata/labels/a', '/spec/z'],
  );
  t.strictSame(filled.object, patched(object, filled.operations));
  t.strictSame((await engine.fill(review(filled.object as MeshObject))).operations, []);
});

t.test('a default that fails is told, and the others fill', async t => {
  const { engine } = await serve(t, { bundle });
  const propose = [{ path: ['spec', 'z'], value: 1 }];
  const filled = await engine.fill(review(product('stubborn', { propose })));
  t.strictSame(filled.operations, [{ op: 'add', path: '/spec/z', value: 1 }]);
  t.strictSame(codesOf(filled.faults), ['DM-ENGINE-002']);
  const malformed = await engine.fill(review(product('orders', { propose: [...propose, 'x'] })));
  t.strictSame(malformed.operations, []);
  t.strictSame(codesOf(malformed.faults), ['DM-ENGINE-004']);
});

t.test('a deletion, and a kind without defaults, are left as they are', async t => {
  const { engine } = await serve(t, { bundle });
  const object = { ...product('orders', { propose: [{ path: ['spec', 'z'], value: 1 }] }) };
  const { request, ...rest } = review(object, { oldObject: object, operation: 'DELETE' });
  const nothing = { operations: [], object: null, faults: [] };
  t.strictSame(await engine.fill({ ...rest, request: { ...request, object: null } }), nothing);
  const contract = { ...object, kind: 'DataContract' };
  t.strictSame(await engine.fill(review(contract)), { operations: [], object: contract, faults: [] });
});
