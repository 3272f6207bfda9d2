import t from 'tap';
import { Inventory } from '../../../policies/inventory/inventory.ts';
import type { DataPatch } from '../../../policies/inventory/key-tree.ts';
import { toProjection } from '../../../policies/inventory/projection.ts';
import { meshObject, product } from '../engine/question.ts';

const PROJECTION = toProjection(['DataProduct.spec.version', 'Domain.spec.description']);

function listen(inventory: Inventory): DataPatch[][] {
  const heard: DataPatch[][] = [];
  inventory.subscribe({ onPatches: patches => heard.push([...patches]) });
  return heard;
}

async function dataOf(inventory: Inventory): Promise<{ inventory: Record<string, unknown>; index: unknown }> {
  return JSON.parse(Buffer.from(await inventory.snapshot()).toString()) as {
    inventory: Record<string, unknown>;
    index: unknown;
  };
}

t.test('an object that is applied can be read, listed and counted', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(product('orders', { version: '1.0.0', description: 'dropped' }));
  inventory.apply(product('stock', { version: '2.0.0' }, { namespace: 'logistics' }));
  t.strictSame(inventory.get('DataProduct', 'sales', 'orders'), { spec: { version: '1.0.0' } });
  t.strictSame(
    [...inventory.list('DataProduct')].map(({ name }) => name),
    ['orders', 'stock'],
  );
  t.strictSame(
    [...inventory.list('DataProduct', 'logistics')],
    [{ name: 'stock', object: { spec: { version: '2.0.0' } } }],
  );
  t.equal(inventory.size('DataProduct'), 2);
});

t.test('cluster-scoped objects stand directly below their kind', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(meshObject('Domain', 'sales', { description: 'Sales' }));
  const { inventory: data } = await dataOf(inventory);
  t.strictSame(data['Domain'], { sales: { spec: { description: 'Sales' } } });
  t.strictSame(inventory.get('Domain', 'ignored', 'sales'), { spec: { description: 'Sales' } });
});

t.test('all kinds are there while empty, and kinds that are not ours never', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply({ ...product('x'), kind: 'ConfigMap' });
  const { inventory: data } = await dataOf(inventory);
  t.strictSame(Object.keys(data).toSorted(), [
    'AccessAgreement',
    'DataContract',
    'DataProduct',
    'Domain',
    'EngineClass',
    'Mesh',
    'PolicyExemption',
  ]);
  t.equal(inventory.size('ConfigMap'), 0);
});

t.test('applying the same kept part again changes nothing', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(product('orders', { version: '1.0.0', domainRef: 'sales' }));
  const heard = listen(inventory);
  inventory.apply(product('orders', { version: '1.0.0', domainRef: 'sales', description: 'is not kept' }));
  t.strictSame(heard, []);
  t.equal(inventory.size('DataProduct'), 1);
});

t.test('a replaced object replaces its index entries', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(product('orders', { domainRef: 'sales' }));
  const heard = listen(inventory);
  inventory.apply(product('orders', { domainRef: 'finance' }));
  t.strictSame(heard.flat(), [
    { path: ['index', 'products_by_domain', 'sales'] },
    { path: ['index', 'products_by_domain', 'finance', 'orders', 'sales'], json: 'true' },
    { path: ['inventory', 'DataProduct', 'sales', 'orders'], json: '{"spec":{"domainRef":"finance"}}' },
  ]);
});

t.test('a removal takes the object and its index entries, once', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(product('orders', { domainRef: 'sales' }));
  const heard = listen(inventory);
  inventory.remove('DataProduct', 'sales', 'orders');
  inventory.remove('DataProduct', 'sales', 'orders');
  inventory.remove('DataProduct', 'nowhere', 'orders');
  inventory.remove('ConfigMap', 'sales', 'orders');
  t.strictSame(heard, [
    [{ path: ['index', 'products_by_domain', 'sales'] }, { path: ['inventory', 'DataProduct', 'sales'] }],
  ]);
  t.equal(inventory.size('DataProduct'), 0);
});

t.test('a listener that has ended hears no more', async t => {
  const inventory = new Inventory(PROJECTION);
  let heard = 0;
  const end = inventory.subscribe({ onPatches: () => (heard += 1) });
  inventory.apply(product('orders'));
  end();
  inventory.apply(product('stock'));
  t.equal(heard, 1);
});

t.test('while it is held nothing is told, and at its release everything, branch by branch', async t => {
  const inventory = new Inventory(PROJECTION);
  const heard = listen(inventory);
  let releases = 0;
  inventory.subscribe({ onPatches: () => {}, onReleased: async () => void (releases += 1) });
  inventory.hold();
  inventory.apply(meshObject('Domain', 'sales', { description: 'Sales' }));
  inventory.apply(product('orders', { version: '1.0.0' }));
  inventory.apply(product('stock', { version: '2.0.0' }));
  inventory.apply(product('gone', {}));
  inventory.remove('DataProduct', 'sales', 'gone');
  t.strictSame(heard, []);
  t.equal(inventory.isComplete, false);
  t.equal(inventory.size('DataProduct'), 2, 'the host itself sees it at once');
  await inventory.release();
  t.equal(inventory.isComplete, true);
  t.equal(releases, 1);
  const told = heard.flat().filter(({ json }) => json !== '{}');
  t.strictSame(told, [
    { path: ['inventory', 'Domain', 'sales'], json: '{"spec":{"description":"Sales"}}' },
    {
      path: ['inventory', 'DataProduct', 'sales'],
      json: '{"orders":{"spec":{"version":"1.0.0"}},"stock":{"spec":{"version":"2.0.0"}}}',
    },
  ]);
  inventory.apply(product('orders', { version: '1.0.1' }));
  t.equal(heard.at(-1)?.length, 1, 'and from then on every change');
});

t.test('names that differ only in where a line breaks are two objects', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(product('b\nc', { domainRef: 'first' }, { namespace: 'a' }));
  inventory.apply(product('c', { domainRef: 'second' }, { namespace: 'a\nb' }));
  const { index } = (await dataOf(inventory)) as { index: { products_by_domain: unknown } };
  t.strictSame(index.products_by_domain, {
    first: { 'b\nc': { a: true } },
    second: { c: { 'a\nb': true } },
  });
});

t.test('once widened, fields are kept from the next time an object is applied', async t => {
  const inventory = new Inventory(PROJECTION);
  const object = product('orders', { version: '1.0.0', displayName: 'Orders' });
  inventory.apply(object);
  inventory.widen(toProjection(['DataProduct.spec.version', 'DataProduct.spec.displayName']));
  t.strictSame(inventory.get('DataProduct', 'sales', 'orders'), { spec: { version: '1.0.0' } });
  inventory.apply(object);
  t.strictSame(inventory.get('DataProduct', 'sales', 'orders'), {
    spec: { version: '1.0.0', displayName: 'Orders' },
  });
});

t.test('half a surrogate pair is kept as a replacement character, in fields and keys alike', async t => {
  const inventory = new Inventory(PROJECTION);
  const odd = 'a\ud800b \\ud800 \\\udfff 💥';
  const even = 'a\ufffdb \\ud800 \\\ufffd 💥';
  inventory.apply(product('x\ud800', { version: odd, domainRef: '\udc00' }));
  t.strictSame(inventory.get('DataProduct', 'sales', 'x\ufffd'), {
    spec: { version: even, domainRef: '\ufffd' },
  });
  const { index } = (await dataOf(inventory)) as { index: { products_by_domain: unknown } };
  t.strictSame(index.products_by_domain, { '\ufffd': { 'x\ufffd': { sales: true } } });
  inventory.remove('DataProduct', 'sales', 'x\ud800');
  t.equal(inventory.size('DataProduct'), 0);
});

t.test('what was there before a change stands under base, in the same shape', async t => {
  const inventory = new Inventory(PROJECTION);
  inventory.apply(product('orders', { version: '2.0.0', domainRef: 'sales' }));
  inventory.rebase([product('orders', { version: '1.0.0', domainRef: 'sales' })]);
  const { base } = (await dataOf(inventory)) as unknown as { base: { inventory: Record<string, unknown> } };
  t.strictSame(base.inventory['DataProduct'], {
    sales: { orders: { spec: { version: '1.0.0', domainRef: 'sales' } } },
  });
  t.strictSame(inventory.get('DataProduct', 'sales', 'orders'), {
    spec: { version: '2.0.0', domainRef: 'sales' },
  });
});
