import t from 'tap';
import { hideChanges, hideValues, withGenerated } from '../../../../gitops/cli/plan/secrets.ts';

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys', annotations: { 'dappmesh.io/generate': 'user,password' } },
};

t.test('values that live are kept, and those to be made up are placeholders', async t => {
  const filled = withGenerated(SECRET, { data: { user: 'YQ==', other: 'Yg==' } }) as {
    data?: Record<string, string>;
  };
  t.equal(filled.data?.['user'], 'YQ==');
  t.ok(filled.data?.['password']);
  t.strictSame(Object.keys(filled.data ?? {}), ['user', 'password']);
  t.strictSame(Object.keys((withGenerated(SECRET, undefined) as { data?: object }).data ?? {}), [
    'user',
    'password',
  ]);
});

t.test('values to be copied are kept or placeholders, too', async t => {
  const annotations = { 'dappmesh.io/copy': 'password=sales/orders/a, other=sales/orders/b' };
  const copy = { ...SECRET, metadata: { name: 'keys', annotations } };
  const { data } = withGenerated(copy, { data: { password: 'YQ==' } }) as { data?: Record<string, string> };
  t.equal(data?.['password'], 'YQ==');
  t.strictSame(Object.keys(data ?? {}), ['password', 'other']);
});

t.test('what is no such Secret is left alone', async t => {
  const map = { ...SECRET, kind: 'ConfigMap' };
  t.equal(withGenerated(map, undefined), map);
  const plain = { ...SECRET, metadata: { name: 'keys' } };
  t.equal(withGenerated(plain, { data: { user: 'YQ==' } }), plain);
});

t.test('no value of a Secret is shown, whole or in changes', async t => {
  const hidden = hideValues({ ...SECRET, data: { a: 'c2VjcmV0' }, stringData: { b: 'secret' } });
  t.strictSame([hidden.data, hidden.stringData], [{ a: '***' }, { b: '***' }]);
  const changes = hideChanges('Secret', [
    { path: ['data'], after: { a: 'c2VjcmV0' } },
    { path: ['data', 'a'], before: 'c2VjcmV0', after: 'b3RoZXI=' },
    { path: ['stringData', 'a'], before: 'secret' },
    {
      path: ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
      before: 'secret',
    },
    { path: ['metadata', 'labels', 'a'], after: 'b' },
  ]);
  t.strictSame(changes, [
    { path: ['data'], after: '***' },
    { path: ['data', 'a'], before: '***', after: '***' },
    { path: ['stringData', 'a'], before: '***' },
    { path: ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'], before: '***' },
    { path: ['metadata', 'labels', 'a'], after: 'b' },
  ]);
});

t.test('values of other kinds than Secrets are shown', async t => {
  const map = { kind: 'ConfigMap', data: { a: 'b' } };
  t.equal(hideValues(map), map);
  t.strictSame(hideChanges('ConfigMap', [{ path: ['data', 'a'], after: 'b' }]), [
    { path: ['data', 'a'], after: 'b' },
  ]);
});
