import t from 'tap';
import { changesBetween, withoutBookkeeping } from '../../../../gitops/cli/plan/changes.ts';

/** what, before, after, changes */
const CASES: readonly [string, unknown, unknown, object[]][] = [
  ['nothing differs', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  [
    'a value changes',
    { spec: { replicas: 1 } },
    { spec: { replicas: 2 } },
    [{ path: ['spec', 'replicas'], before: 1, after: 2 }],
  ],
  ['a key is added', { spec: {} }, { spec: { a: { b: 1 } } }, [{ path: ['spec', 'a'], after: { b: 1 } }]],
  ['a key is taken away', { spec: { a: 1 } }, { spec: {} }, [{ path: ['spec', 'a'], before: 1 }]],
  ['null is a value', { a: null }, {}, [{ path: ['a'], before: null }]],
  ['a type changes', { a: [1] }, { a: { 0: 1 } }, [{ path: ['a'], before: [1], after: { 0: 1 } }]],
  ['keys come in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  [
    'items without names go by their place',
    { a: [1, 2] },
    { a: [0, 2, 3] },
    [
      { path: ['a', 0], before: 1, after: 0 },
      { path: ['a', 2], after: 3 },
    ],
  ],
  [
    'items with names go by them',
    { c: [{ name: 'app', image: '1' }, { name: 'gone' }] },
    { c: [{ name: 'new' }, { name: 'app', image: '2' }] },
    [
      { path: ['c', 0], after: { name: 'new' } },
      { path: ['c', 1, 'image'], before: '1', after: '2' },
      { path: ['c', 1], before: { name: 'gone' } },
    ],
  ],
  [
    'a name that is there twice is no name',
    { c: [{ name: 'a' }, { name: 'a' }] },
    { c: [{ name: 'a' }] },
    [{ path: ['c', 1], before: { name: 'a' } }],
  ],
  [
    'keys that objects have by nature are keys',
    {},
    JSON.parse('{"__proto__": 1, "constructor": 2}'),
    [
      { path: ['__proto__'], after: 1 },
      { path: ['constructor'], after: 2 },
    ],
  ],
];

for (const [what, before, after, changes] of CASES) {
  t.test(what, async t => {
    t.strictSame(changesBetween(before, after), changes);
  });
}

t.test('bookkeeping and status are no part of an object', async t => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'a',
      uid: 'u',
      resourceVersion: '1',
      generation: 2,
      creationTimestamp: 'x',
      managedFields: [],
    },
    data: { a: 'b' },
    status: {},
  };
  t.strictSame(withoutBookkeeping(object), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: { a: 'b' },
    metadata: { name: 'a' },
  });
});
