import t from 'tap';
import { groupPath, groupVersion, resourcePath } from '../../cluster/resource-path.ts';

const SECRETS = { group: '', version: 'v1', plural: 'secrets' };
const PRODUCTS = { group: 'dappmesh.io', version: 'v1alpha1', plural: 'dataproducts' };

t.test('collections and objects have the paths of the Kubernetes API', async t => {
  t.equal(resourcePath(SECRETS), '/api/v1/secrets');
  t.equal(resourcePath(SECRETS, { namespace: 'shop', name: 'x' }), '/api/v1/namespaces/shop/secrets/x');
  t.equal(resourcePath(PRODUCTS), '/apis/dappmesh.io/v1alpha1/dataproducts');
  t.equal(
    resourcePath(PRODUCTS, { namespace: 'shop', name: 'orders', subresource: 'status' }),
    '/apis/dappmesh.io/v1alpha1/namespaces/shop/dataproducts/orders/status',
  );
  t.equal(groupPath({ group: 'apps', version: 'v1' }), '/apis/apps/v1');
});

t.test('a name cannot leave its segment', async t => {
  t.equal(resourcePath(SECRETS, { name: '../x?y#z' }), '/api/v1/secrets/..%2Fx%3Fy%23z');
  for (const name of ['', '.', '..']) t.throws(() => resourcePath(SECRETS, { name }), /not a path segment/);
});

t.test('apiVersion is a group and a version, the core group has no name', async t => {
  t.strictSame(groupVersion('v1'), { group: '', version: 'v1' });
  t.strictSame(groupVersion('apps/v1'), { group: 'apps', version: 'v1' });
});
