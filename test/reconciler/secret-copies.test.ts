import t from 'tap';
import type { ObjectRef } from '../../cluster/kubernetes-object.ts';
import type { ChildObject } from '../../policies/engine/children/blueprint-item.ts';
import { copiedFrom, missingCopies } from '../../reconciler/secret-copies.ts';

function secret(copy: string, fields: object = {}): ChildObject {
  const metadata = { name: 'orders-parcels-input', annotations: { 'dappmesh.io/copy': copy } };
  return { apiVersion: 'v1', kind: 'Secret', metadata, ...fields };
}

const ONE = 'password=logistics/shipments-parcels/sales.orders.parcels';

/** A store with one Secret in it. */
const finding =
  (data: object, ours = true) =>
  ({ apiVersion, kind, namespace, name }: ObjectRef) => {
    if (`${apiVersion} ${kind} ${namespace}/${name}` !== 'v1 Secret logistics/shipments-parcels')
      return undefined;
    return { object: { apiVersion, kind, metadata: { name }, data }, ours };
  };

t.test('the value is taken over, beside what the Secret has of its own', async t => {
  const find = finding({ 'sales.orders.parcels': 'cA==', other: 'eA==' });
  t.strictSame(copiedFrom(find, secret(ONE, { data: { host: 'aA==' } }))['data'], {
    host: 'aA==',
    password: 'cA==',
  });
  t.strictSame(missingCopies(find, secret(ONE)), []);
});

t.test('several values are copied, and those that are missing named', async t => {
  const find = finding({ a: 'YQ==' });
  const wanted = secret('x=logistics/shipments-parcels/a, y=logistics/shipments-parcels/b, z=sales/gone/c');
  t.strictSame(copiedFrom(find, wanted)['data'], { x: 'YQ==' });
  t.strictSame(missingCopies(find, wanted), [
    'Secret logistics/shipments-parcels has no key b yet',
    'Secret sales/gone has no key c yet',
  ]);
});

t.test('nothing is copied from a Secret that DappMesh did not make', async t => {
  const find = finding({ 'sales.orders.parcels': 'cA==' }, false);
  const wanted = secret(ONE);
  t.equal(copiedFrom(find, wanted), wanted);
  t.equal(missingCopies(find, wanted).length, 1);
});

t.test('only Secrets copy, and only what they are told to', async t => {
  const find = finding({ 'sales.orders.parcels': 'cA==' });
  for (const other of [
    { ...secret(ONE), kind: 'ConfigMap' },
    { ...secret(ONE), apiVersion: 'x.io/v1' },
    { ...secret(ONE), metadata: { name: 'a' } },
  ]) {
    t.equal(copiedFrom(find, other), other);
    t.strictSame(missingCopies(find, other), []);
  }
});

t.test('what makes no sense as a source is missing', async t => {
  for (const nonsense of ['', 'password', 'password=a', 'password=a/b'])
    t.equal(missingCopies(finding({}), secret(nonsense)).length, 1, nonsense);
});
