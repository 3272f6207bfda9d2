import t from 'tap';
import { type KeyText, toKey, toText } from '../../../reconciler/key.ts';
import { dependentsOf } from '../../../reconciler/store/dependents.ts';
import { linksOf } from '../../../reconciler/store/links.ts';
import { createMeshObjects } from '../../../reconciler/store/mesh-objects.ts';
import { meshObject, sampleMesh } from '../mesh-samples.ts';

const objects = createMeshObjects();
for (const object of sampleMesh()) objects.apply(object);

const PRODUCTS = ['DataProduct/logistics/shipments', 'DataProduct/sales/orders'];
const OF_ORDERS = [
  'AccessAgreement/sales/shipments-orders',
  'DataContract/sales/orders-v1',
  'DataContract/sales/orders-v2',
  'PolicyExemption/sales/late',
];

const CASES: [changed: KeyText, dependents: string[]][] = [
  ['Mesh//retail', ['Domain//logistics', 'Domain//sales', ...PRODUCTS, ...OF_ORDERS]],
  ['Domain//sales', ['Mesh//retail', ...PRODUCTS, ...OF_ORDERS]],
  [
    'Domain//logistics',
    [
      'Mesh//retail',
      'Domain//sales',
      'DataProduct/logistics/shipments',
      'AccessAgreement/sales/shipments-orders',
    ],
  ],
  ['EngineClass//embedded', ['Mesh//retail', ...PRODUCTS]],
  ['DataProduct/sales/orders', ['Domain//sales', 'DataProduct/logistics/shipments', ...OF_ORDERS]],
  [
    'DataProduct/logistics/shipments',
    ['Domain//logistics', 'DataProduct/sales/orders', 'AccessAgreement/sales/shipments-orders'],
  ],
  ['DataContract/sales/orders-v1', [...PRODUCTS, 'DataContract/sales/orders-v2']],
  ['AccessAgreement/sales/shipments-orders', ['Domain//logistics', 'Domain//sales', ...PRODUCTS]],
  ['PolicyExemption/sales/late', ['DataProduct/sales/orders']],
];

for (const [changed, expected] of CASES) {
  t.test(`${changed} makes itself felt where it is named and by what it names`, async t => {
    const key = toKey(changed);
    const found = dependentsOf(key, objects.linksOf(key), objects).map(toText);
    t.strictSame(found.toSorted(), expected.toSorted());
  });
}

t.test('an object that appears is told to those who named it before it was there', async t => {
  const graph = createMeshObjects();
  graph.apply(meshObject('Domain', 'sales', { meshRef: 'late' }));
  t.strictSame(dependentsOf(toKey('Mesh//late'), [], graph).map(toText), ['Domain//sales']);
});

t.test('domains that claim one namespace are told of each other, also when one of them lets go', async t => {
  const graph = createMeshObjects();
  graph.apply(meshObject('Domain', 'sales', { namespaces: ['shop'] }));
  graph.apply(meshObject('Domain', 'lab', { namespaces: ['shop', 'lab'] }));
  const { before, after } = graph.apply(meshObject('Domain', 'lab', { namespaces: ['lab'] }));
  const links = [...(before?.links ?? []), ...after.links];
  t.strictSame(dependentsOf(toKey('Domain//lab'), links, graph).map(toText), ['Domain//sales']);
});

t.test('an exemption without a namespace is for an object of its own', async t => {
  const target = { kind: 'DataProduct', name: 'orders' };
  t.strictSame(linksOf(meshObject('PolicyExemption', 'sales/late', { target })), [
    'DataProduct/sales/orders',
  ]);
});

t.test(
  'an agreement is told to the product that names it, whether it is there and for it or not',
  async t => {
    const graph = createMeshObjects();
    const from = { namespace: 'sales', product: 'orders', port: 'out' };
    const inputPorts = [{ name: 'in', from, agreementRef: 'late' }];
    graph.apply(meshObject('DataProduct', 'logistics/shipments', { domainRef: 'logistics', inputPorts }));
    const told = dependentsOf(toKey('AccessAgreement/sales/late'), [], graph).map(toText);
    t.strictSame(told, ['DataProduct/logistics/shipments']);
  },
);

t.test('fields of the wrong type name nothing', async t => {
  for (const [kind, spec] of [
    ['Domain', { meshRef: 1, namespaces: [1] }],
    ['DataProduct', { domainRef: null, inputPorts: { from: 'x' } }],
    ['DataProduct', { inputPorts: [null, { from: { product: 'x' } }, { agreementRef: 'x' }] }],
    ['DataProduct', { inputPorts: [{ from: { namespace: 'x' }, agreementRef: 1 }] }],
    ['AccessAgreement', { provider: 'x', consumer: [] }],
    ['PolicyExemption', { target: { kind: 'Secret', name: 'x' } }],
  ] as const) {
    t.strictSame(linksOf(meshObject(kind, 'ns/x', spec)), []);
  }
});
