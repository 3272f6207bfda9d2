import t from 'tap';
import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import { keyOfObject, toKey } from '../../../reconciler/key.ts';
import { createChildren } from '../../../reconciler/store/children.ts';
import { createMeshObjects } from '../../../reconciler/store/mesh-objects.ts';
import { createPacking } from '../../../reconciler/store/packing.ts';
import { createStore } from '../../../reconciler/store/store.ts';
import { contract, meshObject, product, sampleMesh } from '../mesh-samples.ts';

function child(name: string, metadata: Record<string, unknown>, kind = 'ConfigMap'): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'sales', uid: `uid-${name}`, ...metadata } };
}

function ownedBy(path: string, uid = `uid-DataProduct-${path}`): Record<string, unknown> {
  const [name] = path.split('/').toReversed();
  const reference = { apiVersion: 'dappmesh.io/v1alpha1', kind: 'DataProduct', name, uid, controller: true };
  return { ownerReferences: [reference] };
}

function labelled(kind: string, name: string): Record<string, unknown> {
  return { labels: { 'dappmesh.io/owner-kind': kind, 'dappmesh.io/owner-name': name } };
}

t.test('objects come back as they were, whatever is in them', async t => {
  const packing = createPacking();
  const samples = [
    {},
    { text: '\u0000 ü 漢字 🦉' },
    { long: 'x'.repeat(50_000) },
    ...Array.from({ length: 300 }, (_, i) => ({ i, list: [i, null, true, `${i}`.repeat(i)] })),
  ];
  const packed = samples.map(sample => packing.pack(sample));
  t.strictSame(packed.map(packing.unpack), samples);
});

t.test('objects that are alike take little memory', async t => {
  const packing = createPacking();
  const alike = (name: string) => ({
    name,
    rest: Array.from({ length: 100 }, (_, i) => ({ field: `value ${i}` })),
  });
  packing.pack(alike('first'));
  t.ok(packing.pack(alike('second')).length < JSON.stringify(alike('second')).length / 20);
});

t.test('an object is read as it was written last, until it is removed', async t => {
  const objects = createMeshObjects();
  const first = product('sales/orders', 'sales');
  const key = keyOfObject(first);
  t.equal(objects.get(key), undefined);
  t.equal(objects.apply(first).before, undefined);
  const moved = product('sales/orders', 'logistics');
  t.strictSame(objects.apply(moved).before?.links, ['Domain//sales']);
  t.strictSame(objects.get(key), moved);
  t.strictSame([...objects.keys('DataProduct')], [key]);
  t.equal(objects.size('DataProduct'), 1);
  t.strictSame([...objects.linkedTo(toKey('Domain//sales'))], []);
  t.strictSame([...objects.linkedTo(toKey('Domain//logistics'))], ['DataProduct/sales/orders']);
  objects.remove(key);
  t.equal(objects.get(key), undefined);
  t.equal(objects.remove(key), undefined);
  t.strictSame([...objects.linkedTo(toKey('Domain//logistics'))], []);
});

const CHANGES: [
  what: string,
  change: Record<string, unknown>,
  differs: 'meaning' | 'marks' | 'conditions' | 'none',
][] = [
  ['nothing', {}, 'none'],
  ['the resourceVersion', { metadata: { resourceVersion: '9' } }, 'none'],
  ['the generation', { metadata: { generation: 2 } }, 'meaning'],
  ['the uid', { metadata: { uid: 'another' } }, 'meaning'],
  ['a deletion', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, 'meaning'],
  ['an annotation', { metadata: { annotations: { a: 'b' } } }, 'marks'],
  ['a finalizer', { metadata: { finalizers: ['a/b'] } }, 'marks'],
  ['a condition', { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, 'conditions'],
  ['another field of the status', { status: { snapshot: 'x' } }, 'none'],
];

for (const [what, change, differs] of CHANGES) {
  t.test(`${what} is noted as ${differs}`, async t => {
    const objects = createMeshObjects();
    objects.apply(meshObject('Domain', 'sales'));
    const { before, after } = objects.apply(meshObject('Domain', 'sales', {}, change));
    for (const aspect of ['meaning', 'marks', 'conditions'] as const)
      t.equal(before?.[aspect] !== after[aspect], aspect === differs, aspect);
  });
}

t.test('the contracts of a product come sorted by name, those of others do not', async t => {
  const objects = createMeshObjects();
  for (const object of [...sampleMesh(), contract('sales/a-first', 'orders'), contract('other/x', 'orders')])
    objects.apply(object);
  const store = createStore(objects, createChildren());
  const found = store.contractsOf('sales', 'orders');
  t.strictSame(
    found.map(({ name }) => name),
    ['a-first', 'orders-v1', 'orders-v2'],
  );
  t.strictSame(found[0]?.spec, { productRef: 'orders', odcs: {} });
});

t.test('children are found by their controller and, without one, by their labels', async t => {
  const children = createChildren();
  const orders = product('sales/orders', 'sales');
  const domain = meshObject('Domain', 'sales');
  t.strictSame(children.apply(child('owned', ownedBy('sales/orders')), true), [keyOfObject(orders)]);
  t.strictSame(children.apply(child('labelled', labelled('DataProduct', 'orders')), false), [
    keyOfObject(orders),
  ]);
  children.apply(child('foreign', { ...labelled('DataProduct', 'orders'), namespace: 'other' }), true);
  children.apply(child('space', { ...labelled('Domain', 'sales'), namespace: undefined }, 'Namespace'), true);
  children.apply(child('stranger', ownedBy('sales/orders', 'another uid')), true);
  const found = children.childrenOf(orders).map(({ object, ours }) => [object.metadata.name, ours]);
  t.strictSame(found, [
    ['owned', true],
    ['labelled', false],
  ]);
  t.strictSame(
    children.childrenOf(domain).map(({ object }) => object.metadata.name),
    ['space'],
  );
  t.match(children.child({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'owned' }), {
    ours: true,
  });
  t.equal(children.size(), 5);
});

t.test('an owner whose name is too long for a label is found all the same', async t => {
  const children = createChildren();
  const { toLabelValue } = await import('../../../policies/engine/children/child.ts');
  const long = meshObject('Domain', 'd'.repeat(100));
  children.apply(
    child('space', { ...labelled('Domain', toLabelValue('d'.repeat(100))), namespace: undefined }),
    true,
  );
  t.equal(children.childrenOf(long).length, 1);
});

t.test('a child that changes hands is told to both owners', async t => {
  const children = createChildren();
  children.apply(child('x', ownedBy('sales/orders')), true);
  const owners = children.apply(child('x', ownedBy('sales/returns')), true);
  t.strictSame(
    owners.map(({ name }) => name),
    ['orders', 'returns'],
  );
  t.strictSame(children.childrenOf(product('sales/orders', 'sales')), []);
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'x' };
  t.strictSame(
    children.remove(ref).map(({ name }) => name),
    ['returns'],
  );
  t.strictSame(children.remove(ref), []);
});

t.test('children of other controllers concern nobody', async t => {
  const children = createChildren();
  const controller = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x', uid: 'y', controller: true };
  t.strictSame(children.apply(child('x', { ownerReferences: [controller] }), false), []);
  t.strictSame(children.apply(child('bare', {}), false), []);
});

t.test('a kind that is no longer served takes its children along', async t => {
  const children = createChildren();
  children.apply(child('a', ownedBy('sales/orders')), true);
  children.apply(child('b', ownedBy('sales/orders'), 'Secret'), true);
  const gone = children.removeKind('v1', 'ConfigMap');
  t.match(gone, [[{ name: 'a', namespace: 'sales' }, [{ name: 'orders' }]]]);
  t.equal(children.size(), 1);
  t.strictSame(children.removeKind('v1', 'ConfigMap'), []);
});
