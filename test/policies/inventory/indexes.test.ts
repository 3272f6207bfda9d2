import fc from 'fast-check';
import t from 'tap';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { INDEX_NAMES, indexEntries } from '../../../policies/inventory/indexes.ts';
import { meshObject, product } from '../engine/question.ts';
import { anyObject } from './arbitrary-objects.ts';

const cases: readonly (readonly [
  title: string,
  object: MeshObject,
  entries: readonly (readonly string[])[],
])[] = [
  [
    'a contract stands under its product',
    meshObject('DataContract', 'orders-1', { productRef: 'orders' }),
    [['contracts_of_product', 'sales', 'orders', 'orders-1']],
  ],
  [
    'classes and tags of a contract are those of its properties',
    meshObject('DataContract', 'orders-1', {
      odcs: { schema: [{ properties: [{ classification: 'secret', tags: ['pii'] }] }] },
    }),
    [
      ['classes_of_contract', 'sales', 'orders-1', 'secret'],
      ['tags_of_contract', 'sales', 'orders-1', 'pii'],
    ],
  ],
  [
    'a product stands under its Domain, and under what it consumes',
    product('reports', {
      domainRef: 'finance',
      inputPorts: [
        { from: { namespace: 'sales', product: 'orders', port: 'events' } },
        { from: { sourceSystem: 'erp' } },
      ],
    }),
    [
      ['products_by_domain', 'finance', 'reports', 'sales'],
      ['consumers_of_port', 'sales', 'orders', 'events', 'sales', 'reports'],
      ['input_edges', 'sales', 'reports', 'sales', 'orders'],
    ],
  ],
  [
    'an agreement stands under its provider and its consumer',
    meshObject('AccessAgreement', 'a', {
      provider: { product: 'orders' },
      consumer: { namespace: 'finance', product: 'reports' },
    }),
    [
      ['agreements_by_provider', 'sales', 'orders', 'a'],
      ['agreements_by_consumer', 'finance', 'reports', 'sales', 'a'],
    ],
  ],
  ['a kind without a question has no entries', meshObject('Mesh', 'retail', { domainRef: 'x' }), []],
];
for (const [title, object, entries] of cases) {
  t.test(title, async t => t.strictSame(indexEntries(object), entries));
}

const malformed: readonly MeshObject[] = [
  { apiVersion: 'dappmesh.io/v1alpha1', kind: 'DataProduct', metadata: { name: 'bare' } },
  product('numbers', { domainRef: 7, inputPorts: [7, null, 'x', { from: 'x' }, { from: { namespace: 1 } }] }),
  product('text', { inputPorts: 'x' }),
  meshObject('AccessAgreement', 'texts', { provider: 'x', consumer: null }),
  meshObject('DataContract', 'list', { productRef: ['x'], odcs: [] }),
];
for (const object of malformed) {
  t.test(`fields of the wrong type contribute nothing: ${object.metadata.name}`, async t => {
    t.strictSame(indexEntries(object), []);
  });
}

t.test('every entry belongs to a known question and to one object only', async () => {
  fc.assert(
    fc.property(anyObject, anyObject, (left, right) => {
      const isSame = (['kind', 'namespace', 'name'] as const).every(
        key =>
          (key === 'kind' ? left.kind : left.metadata[key]) ===
          (key === 'kind' ? right.kind : right.metadata[key]),
      );
      const known: ReadonlySet<string> = new Set(INDEX_NAMES);
      const texts = new Set(indexEntries(left).map(entry => JSON.stringify(entry)));
      return (
        indexEntries(left).every(([question = '']) => known.has(question)) &&
        (isSame || indexEntries(right).every(entry => !texts.has(JSON.stringify(entry))))
      );
    }),
    { numRuns: 500 },
  );
});
