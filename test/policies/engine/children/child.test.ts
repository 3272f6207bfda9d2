import t from 'tap';
import {
  DESIRED_ANNOTATION,
  finishChild,
  keepsWithoutOwner,
  toLabelValue,
} from '../../../../policies/engine/children/child.ts';
import { product } from '../question.ts';

const OWNER = product('orders', {}, { uid: 'u-1', labels: { team: 'checkout' }, annotations: { a: 'b' } });
const CHILD = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'orders-sql', namespace: 'sales', labels: { 'dappmesh.io/component': 'sql' } },
  data: { a: '1' },
};

t.test('a child says whose it is, and takes nothing else from its owner', async t => {
  const { metadata, ...rest } = finishChild(CHILD, OWNER);
  t.match(metadata.annotations?.[DESIRED_ANNOTATION], /^[0-9a-f]{16}$/);
  t.strictSame(
    { ...rest, metadata: { ...metadata, annotations: Object.keys(metadata.annotations ?? {}) } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'orders-sql',
        namespace: 'sales',
        labels: {
          'dappmesh.io/component': 'sql',
          'app.kubernetes.io/managed-by': 'dappmesh',
          'dappmesh.io/owner-kind': 'DataProduct',
          'dappmesh.io/owner-name': 'orders',
        },
        ownerReferences: [
          {
            apiVersion: 'dappmesh.io/v1alpha1',
            kind: 'DataProduct',
            name: 'orders',
            uid: 'u-1',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
        annotations: [DESIRED_ANNOTATION],
      },
      data: { a: '1' },
    },
  );
});

t.test('the hash changes with the wish, annotations included, and with nothing else', async t => {
  const hashOf = (child: typeof CHILD) =>
    finishChild(child, OWNER).metadata.annotations?.[DESIRED_ANNOTATION];
  const annotated = { ...CHILD, metadata: { ...CHILD.metadata, annotations: { x: 'y' } } };
  t.equal(hashOf(CHILD), hashOf(structuredClone(CHILD)));
  t.not(hashOf(CHILD), hashOf({ ...CHILD, data: { a: '2' } }));
  t.not(hashOf(CHILD), hashOf(annotated));
  t.match(finishChild(annotated, OWNER).metadata.annotations, { x: 'y' });
});

t.test('what outlives its owner has no owner reference', async t => {
  const metadata = { name: 'sales', annotations: { 'dappmesh.io/prune': 'disabled' } };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata };
  t.equal(keepsWithoutOwner(namespace), true);
  t.equal(finishChild(namespace, OWNER).metadata['ownerReferences'], undefined);
  t.equal(keepsWithoutOwner(CHILD), false);
});

t.test('an owner that is not stored yet is referred to by labels only', async t => {
  t.equal(finishChild(CHILD, product('orders')).metadata['ownerReferences'], undefined);
});

t.test('a name too long for a label is cut, and stays one of its kind', async t => {
  t.equal(toLabelValue('orders'), 'orders');
  const [a, b] = [`${'x'.repeat(70)}a`, `${'x'.repeat(70)}b`].map(toLabelValue);
  t.equal(a?.length, 63);
  t.not(a, b);
});
