// The API server gives an apply up with a 409 when the object keeps changing under its hands.

import t from 'tap';
import { until } from '../../until.ts';
import { refuse, startFaultyProxy } from './faulty-proxy.ts';
import { openProcessScene, settled } from './process-scene.ts';

const scene = await openProcessScene(t, ['sales']);
const { cluster } = scene;
const proxy = await startFaultyProxy(t, scene.plane);
const reconciler = await scene.reconciler(t, `--kubeconfig=${proxy.kubeconfig}`, '--no-leader-election');
await reconciler.leading();
await settled(scene);

const PRODUCT = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'orders',
};

t.test('a conflict on the status is tried again', async t => {
  let conflicts = 0;
  proxy.fault = (request, reply) => {
    const isStatus =
      request.method === 'PATCH' && request.url?.includes('/dataproducts/orders/status') === true;
    if (!isStatus || conflicts > 2) return 'pass';
    conflicts++;
    return refuse(reply, 409, 'Conflict');
  };
  const requestedAt = `now ${Date.now()}`;
  const annotations = { 'reconcile.fluxcd.io/requestedAt': requestedAt };
  await cluster.patch(PRODUCT, { type: 'merge', fields: { metadata: { annotations } } });
  await until(async () => {
    const { status } = await cluster.get(PRODUCT);
    return (status as { lastHandledReconcileAt?: string }).lastHandledReconcileAt === requestedAt;
  });
  t.ok(conflicts > 2);
});
