import t from 'tap';
import { loadHostile } from './hostile-bundle.ts';
import { meshObject, product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const bundle = await loadHostile('building');
const { engine } = await serve(t, { bundle, builds: true });

const configMap = (name: string, metadata: object = {}) => ({
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } },
});

function productWith(items: readonly unknown[], annotations: Record<string, string> = {}) {
  return product('orders', { items }, { annotations });
}

t.test('the bundle describes its blueprints beside its policies', async t => {
  t.strictSame(
    bundle.blueprints.map(({ name, kinds, operations }) => ({ name, kinds, operations })),
    [
      { name: 'naming', kinds: ['DataProduct', 'Mesh'], operations: ['CREATE'] },
      { name: 'second', kinds: ['DataProduct'], operations: ['CREATE'] },
    ],
  );
  t.strictSame(bundle.policies, []);
});

t.test('items become one answer, in the order in which they are to be applied', async t => {
  const built = await engine.build(
    review(
      productWith(
        [
          { object: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'a' } } },
          configMap('b'),
          { object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'c', namespace: 'sales' } } },
          { waitsFor: { path: ['spec', 'storage', 0], message: 'nothing\nyet' } },
          { holds: { component: 'api', message: 'x uses it' } },
          { until: '2027-01-01T00:00:00Z' },
          { until: '2026-12-01T00:00:00Z' },
          { status: { endpoints: [] } },
          { ready: { reason: 'InForce', message: 'it is in force' } },
          { expects: { component: 'api', blueprint: 'second', path: ['spec'] } },
        ],
        { second: 'd' },
      ),
    ),
  );
  t.strictSame(
    built.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
    ['ConfigMap sales/b', 'ConfigMap sales/d', 'Secret sales/c', 'StatefulSet sales/a'],
  );
  t.strictSame(
    { ...built, objects: [] },
    {
      objects: [],
      waitsFor: [{ path: ['spec', 'storage', 0], message: 'nothing yet' }],
      holds: [{ component: 'api', message: 'x uses it' }],
      until: new Date('2026-12-01T00:00:00Z'),
      status: { endpoints: [] },
      ready: { reason: 'InForce', message: 'it is in force' },
      faults: [],
    },
  );
});

t.test('blueprints see the contracts of the product, and what they declare of other objects', async t => {
  engine.inventory.apply(meshObject('EngineClass', 'fast', { parameters: { size: '1Gi' }, blueprint: 'x' }));
  t.teardown(() => engine.inventory.remove('EngineClass', '', 'fast'));
  const contracts = [{ name: 'orders-1', spec: { odcs: { version: '1.0.0' } } }];
  const { objects } = await engine.build({ ...review(product('orders')), contracts });
  t.strictSame(
    objects.map(({ metadata, ['data']: data }) => [metadata.name, data]),
    [
      ['fast', { size: '1Gi' }],
      [
        'orders-1',
        {
          version: '1.0.0',
          hash: '32ecd062fef11317700fb72a3ae68798166330c9eb6bac3703c87b9d1b27c764',
        },
      ],
    ],
  );
});

t.test('what a cluster-scoped owner builds lies where the blueprint says', async t => {
  const items = [configMap('a', { namespace: 'one' }), configMap('a', { namespace: 'two' })];
  const { objects, faults } = await engine.build(review(meshObject('Mesh', 'retail', { items })));
  t.strictSame(faults, []);
  t.strictSame(
    objects.map(({ metadata }) => metadata.namespace),
    ['one', 'two'],
  );
});

t.test('a kind without blueprints has no children', async t => {
  const built = await engine.build(review(meshObject('Domain', 'sales')));
  t.strictSame([built.objects, built.faults], [[], []]);
});

const REFUSED: readonly (readonly [what: string, items: readonly unknown[], annotations?: object])[] = [
  ['a kind that is not declared', [{ object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } } }]],
  ['another version of a kind', [{ object: { apiVersion: 'v2', kind: 'Secret', metadata: { name: 'a' } } }]],
  ['a foreign namespace', [configMap('a', { namespace: 'customer' })]],
  [
    'an object that people write',
    [{ object: { apiVersion: 'dappmesh.io/v1alpha1', kind: 'Domain', metadata: { name: 'a' } } }],
  ],
  ['the same object twice', [configMap('d')], { second: 'd' }],
  ['the same field of the status twice', [{ status: { snapshot: 'first' } }], { snapshot: 'yes' }],
  ['conditions', [{ status: { conditions: [] } }]],
  [
    'two reasons for Ready',
    [{ ready: { reason: 'A', message: 'a' } }, { ready: { reason: 'B', message: 'b' } }],
  ],
];

for (const [what, items, annotations = {}] of REFUSED) {
  t.test(`DM-ENGINE-012: ${what} is refused, and nothing is built`, async t => {
    const good = configMap('good');
    const object = productWith([good, ...items], annotations as Record<string, string>);
    const { objects, faults } = await engine.build(review(object));
    t.strictSame(objects, []);
    t.strictSame(codesOf(faults), ['DM-ENGINE-012']);
    t.match(faults[0]?.message, /^A blueprint made something it may not \((naming|second)\): /);
  });
}

const api = { expects: { component: 'api', blueprint: 'second', path: ['spec', 'outputPorts', 0] } };

t.test('a component for which its blueprint gives nothing stops the whole answer', async t => {
  const labelled = configMap('mine', { labels: { 'dappmesh.io/component': 'api' } });
  const built = await engine.build(review(productWith([configMap('good'), labelled, api], { second: 'd' })));
  t.strictSame(built.objects, [], 'what others give for it, and what it gives for others, does not count');
  t.strictSame(codesOf(built.faults), ['DM-ENGINE-012']);
  t.match(built.faults[0]?.message, /\(second\): nothing is given for component api$/);
});

t.test('a component with one object of its blueprint is built', async t => {
  const annotations = { second: 'd', component: 'api' };
  const { objects, faults } = await engine.build(review(productWith([api], annotations)));
  t.strictSame(faults, []);
  t.strictSame(
    objects.map(({ metadata }) => metadata.name),
    ['d'],
  );
});

t.test('a component whose blueprint the bundle lacks is waited for', async t => {
  const path = ['spec', 'storage', 1];
  const items = [configMap('a'), { expects: { component: 'x', blueprint: 'unheard-of', path } }];
  const { waitsFor, faults } = await engine.build(review(productWith(items)));
  t.strictSame(faults, []);
  t.strictSame(waitsFor, [{ path, message: 'no blueprint is called "unheard-of"' }]);
});

const UNREADABLE: readonly unknown[] = [
  1,
  {},
  { object: 1 },
  { object: { apiVersion: 'v1', kind: 'Secret', metadata: {} } },
  { object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 1 } } },
  { waitsFor: { path: 'spec', message: 'x' } },
  { waitsFor: { path: [], message: '' } },
  { expects: { component: 'x', blueprint: 'y' } },
  { expects: { component: 'x', blueprint: 1, path: [] } },
  { expects: { component: 'x', blueprint: 'y', path: 'spec' } },
  { holds: { component: 1, message: 'x' } },
  { holds: { message: 'x' } },
  { until: 'tomorrow' },
  { status: [] },
  { ready: { reason: 'not a reason', message: 'x' } },
  { ready: { reason: 'Fine', message: 'x', status: 'True' } },
  { until: '2027-01-01T00:00:00Z', status: {} },
  { unknown: {} },
];

for (const item of UNREADABLE) {
  t.test(`DM-ENGINE-004: ${JSON.stringify(item)} is no item`, async t => {
    const { objects, faults } = await engine.build(review(productWith([configMap('good'), item])));
    t.strictSame(objects, []);
    t.strictSame(codesOf(faults), ['DM-ENGINE-004']);
  });
}

t.test('a blueprint that aborts is named, and nothing is built', async t => {
  const { objects, faults } = await engine.build(review(productWith([configMap('a')], { conflict: 'yes' })));
  t.strictSame(objects, []);
  t.strictSame(codesOf(faults), ['DM-ENGINE-002']);
  t.match(faults[0]?.details, { policy: 'second' });
});

t.test('a blueprint may say more than a policy: nothing of it is left out', async t => {
  const items = Array.from({ length: 5000 }, (_, i) => ({
    holds: { component: '', message: `${i} uses it` },
  }));
  t.equal((await engine.build(review(productWith(items)))).holds.length, 5000);
});

t.test('more items than can be believed are a fault: dropping some would remove what exists', async t => {
  const items = Array.from({ length: 50_001 }, (_, i) => configMap(`map-${i}`));
  const { objects, faults } = await engine.build(review(productWith(items)));
  t.strictSame(objects, []);
  t.strictSame(codesOf(faults), ['DM-ENGINE-004']);
});

t.test(
  'asked about anything but a creation, it throws: no answer must not pass for "nothing should exist"',
  async t => {
    const question = review(product('orders'), { oldObject: product('orders') });
    await t.rejects(engine.build(question), /as if it were created/);
  },
);

t.test('an engine that does not build says so', async t => {
  const { engine: judging } = await serve(t, { bundle });
  await t.rejects(judging.build(review(product('orders'))), /without `builds`/);
  judging.inventory.apply(meshObject('EngineClass', 'fast', { parameters: { size: '1Gi' } }));
  t.strictSame(judging.inventory.projection['EngineClass'], undefined, 'and keeps nothing for it');
});
