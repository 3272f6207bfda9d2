import fc from 'fast-check';
import t from 'tap';
import { KeyTree } from '../../../policies/inventory/key-tree.ts';
import { anyName } from './arbitrary-objects.ts';

function textOf(tree: KeyTree): string {
  return [...tree.encode()].join('');
}

t.test('an empty tree is an empty object', async t => {
  t.equal(textOf(new KeyTree(['inventory', 'Domain'])), '{}');
});

t.test('a leaf is found again and its patch names the whole path', async t => {
  const tree = new KeyTree(['inventory', 'DataProduct']);
  t.strictSame(tree.set(['sales', 'orders'], '{"spec":1}'), {
    path: ['inventory', 'DataProduct', 'sales', 'orders'],
    json: '{"spec":1}',
  });
  t.equal(tree.get(['sales', 'orders']), '{"spec":1}');
  t.equal(tree.get(['sales']), undefined);
  t.equal(tree.get(['sales', 'orders', 'spec']), undefined);
});

t.test('a removal takes away the highest branch that it leaves empty', async t => {
  const tree = new KeyTree(['index', 'q']);
  tree.set(['a', 'b', 'c'], 'true');
  tree.set(['a', 'x', 'y'], 'true');
  t.strictSame(tree.remove(['a', 'b', 'c']), { path: ['index', 'q', 'a', 'b'] });
  t.equal(textOf(tree), '{"a":{"x":{"y":true}}}');
  t.strictSame(tree.remove(['a', 'x', 'y']), { path: ['index', 'q', 'a'] });
  t.equal(textOf(tree), '{}');
});

t.test('removing what is not there changes nothing', async t => {
  const tree = new KeyTree(['index', 'q']);
  tree.set(['a', 'b'], 'true');
  for (const keys of [
    ['a', 'c'],
    ['c', 'b'],
    ['a', 'b', 'c'],
  ])
    t.equal(tree.remove(keys), undefined);
  t.equal(textOf(tree), '{"a":{"b":true}}');
});

t.test('leaves below a key come with their whole path', async t => {
  const tree = new KeyTree([]);
  tree.set(['a', 'b'], '1');
  tree.set(['a', 'c'], '2');
  tree.set(['d', 'b'], '3');
  t.strictSame(
    [...tree.leaves(['a'])],
    [
      { keys: ['a', 'b'], json: '1' },
      { keys: ['a', 'c'], json: '2' },
    ],
  );
  t.equal([...tree.leaves()].length, 3);
  t.strictSame([...tree.leaves(['e'])], []);
});

t.test('any sequence of changes leaves what a plain table of paths would, and no empty branch', async () => {
  const anyKeys = fc.tuple(anyName, anyName, anyName);
  const anyChange = fc.record({ keys: anyKeys, json: fc.option(fc.nat().map(String)) });
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 80 }), changes => {
      const tree = new KeyTree([]);
      const table = new Map<string, string>();
      for (const { keys, json } of changes) {
        const before = table.get(JSON.stringify(keys));
        if (json === null) {
          const isRemoved = tree.remove(keys) !== undefined;
          if (isRemoved !== table.delete(JSON.stringify(keys))) return false;
        } else {
          tree.set(keys, json);
          table.set(JSON.stringify(keys), json);
        }
        if (before !== undefined && json !== null && tree.get(keys) !== json) return false;
      }
      const leaves = new Map([...tree.leaves()].map(leaf => [JSON.stringify(leaf.keys), leaf.json]));
      const isSame =
        leaves.size === table.size && [...table].every(([key, json]) => leaves.get(key) === json);
      return isSame && !textOf(tree).slice(1).includes('{}');
    }),
  );
});
