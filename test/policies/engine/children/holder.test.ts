import t from 'tap';
import { finishChild } from '../../../../policies/engine/children/child.ts';
import { holderOf, type OwnerKey } from '../../../../policies/engine/children/holder.ts';

const CHILD = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a-b-c', namespace: 'sales' } };

function product(name: string, uid: string) {
  return {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'DataProduct',
    metadata: { name, namespace: 'sales', uid },
  };
}

const living = ({ kind, namespace, name }: OwnerKey) =>
  `${kind}/${namespace}/${name}` === 'DataProduct/sales/a-b' ? 'u2' : undefined;
const own = finishChild(CHILD, product('a', 'u1'));
const LONG = 'a'.repeat(70);

t.test('another living owner holds what it made, by controller or by label', async t => {
  const theirs = finishChild(CHILD, product('a-b', 'u2'));
  t.equal(holderOf(theirs, own, living), 'DataProduct sales/a-b');
  const { ownerReferences: _references, ...metadata } = theirs.metadata;
  t.equal(holderOf({ metadata }, own, living), 'DataProduct sales/a-b');
});

t.test('an owner that is gone, or came back as another, holds nothing', async t => {
  t.equal(holderOf(finishChild(CHILD, product('gone', 'u3')), own, living), undefined);
  t.equal(holderOf(finishChild(CHILD, product('a-b', 'former')), own, living), undefined);
  t.equal(holderOf(finishChild(CHILD, product('a', 'former')), own, living), undefined);
});

t.test('its own child is held by nobody, however long the name of its owner', async t => {
  const long = finishChild(CHILD, product(LONG, 'u4'));
  t.equal(
    holderOf(long, long, () => 'u4'),
    undefined,
  );
  t.equal(holderOf(CHILD, own, living), undefined);
});

t.test('what another controller made is its', async t => {
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: 'r', controller: true },
  ];
  const metadata = { ...CHILD.metadata, ownerReferences };
  t.equal(holderOf({ metadata }, own, living), 'ReplicaSet x');
});
