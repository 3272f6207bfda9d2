// One process that a silent connection and its own bugs do not bring down: what they held up is made up for.

import t from 'tap';
import { startGate } from '../../cluster/gate.ts';
import { until } from '../../until.ts';
import type { LogLine } from '../reconciler-process.ts';
import { loadingBugs, markedFor, plant } from './planted-bugs.ts';
import { openProcessScene, settled } from './process-scene.ts';

const scene = await openProcessScene(t, ['sales']);
const { cluster, plane } = scene;
const gate = await startGate(t, plane);
const reconciler = await scene.reconcilerOn(
  t,
  loadingBugs(plane.dir),
  `--kubeconfig=${gate.kubeconfig}`,
  '--no-leader-election',
  '--watch-timeout=2s',
);
await reconciler.leading();
await settled(scene);

const POLICY = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'sales' };
const PRODUCT = { apiVersion: 'dappmesh.io/v1alpha1', kind: 'DataProduct', namespace: 'sales' };

interface Status {
  readonly lastHandledReconcileAt?: string;
  readonly conditions?: readonly { readonly type: string; readonly message: string }[];
}

async function statusOf(product: string): Promise<Status> {
  const { status = {} } = (await cluster.get({ ...PRODUCT, name: product })) as { status?: Status };
  return status;
}

/** Asks for a reconcile, with more annotations if given; gives a look at whether it has happened. */
async function requested(
  product: string,
  more: Record<string, string> = {},
): Promise<() => Promise<boolean>> {
  const requestedAt = `now ${Date.now()}`;
  const annotations = { 'reconcile.fluxcd.io/requestedAt': requestedAt, ...more };
  const fields = { metadata: { annotations } };
  await cluster.patch({ ...PRODUCT, name: product }, { type: 'merge', fields });
  return async () => (await statusOf(product)).lastHandledReconcileAt === requestedAt;
}

/** Removes a child; gives a look at whether it has come back. */
async function removed(policy: string): Promise<() => Promise<boolean>> {
  const ref = { ...POLICY, name: policy };
  const { metadata } = await cluster.get(ref);
  await cluster.remove(ref);
  return async () => {
    const now = await scene.find(ref);
    return now !== undefined && now.metadata.uid !== metadata.uid;
  };
}

/** How often the watch of NetworkPolicies has failed. */
const FAILURES = 'dappmesh_watch_events_total{resource="networkpolicies",event="failed"}';

/** What the log says of the first time after that moment. */
function failureSince(moment: number): LogLine | undefined {
  return reconciler.lines.find(
    ({ msg, time, resource }) =>
      msg === 'watch failed, trying again' && Number(time) > moment && resource === 'networkpolicies',
  );
}

t.test('a watch that goes silent is cut and resumed, and what happened meanwhile is repaired', async t => {
  let failure: LogLine | undefined;
  // A watch that the stall meets between two requests does not go silent: then there is another stall.
  await until(async () => {
    const failures = await reconciler.metric(FAILURES);
    const stalledAt = Date.now();
    gate.stall();
    await until(await removed('orders-network'));
    if ((await reconciler.metric(FAILURES)) === failures) return false;
    // Log lines come late.
    await until(() => failureSince(stalledAt) !== undefined);
    failure = failureSince(stalledAt);
    return (failure?.['err'] as { type: string } | undefined)?.type === 'SilentWatchError';
  });
  const { metadata } = await cluster.get({ ...POLICY, name: 'orders-network' });
  // It has whole seconds.
  const repairedBefore = Date.parse(String(metadata['creationTimestamp'])) + 1_000;
  t.ok(repairedBefore > Number(failure?.['time']), 'not before it noticed');
  t.equal((await reconciler.get('/readyz')).status, 200);
});

t.test('a change whose handler throws is offered again until it is taken, and others go on', async t => {
  const failures = () =>
    reconciler.lines.filter(
      ({ msg, key }) => msg === 'change handler failed, offering it again' && key === 'sales/product-catalog',
    );
  const mend = plant(plane.dir, 'packing');
  const isHandled = await requested('product-catalog', markedFor('packing'));
  await until(() => failures().length > 1);
  await until(await requested('orders'));
  t.equal(await isHandled(), false);
  await mend();
  await until(isHandled);
  t.match(failures()[0], { level: 'warn', resource: 'dataproducts', err: { message: 'a bug in packing' } });
  const series = 'dappmesh_watch_events_total{resource="dataproducts",event="handler-failed"}';
  t.ok((await reconciler.metric(series)) > 1);
  t.equal((await reconciler.get('/readyz')).status, 200);
});

t.test('a reconcile that throws is counted, told and tried again, and others go on', async t => {
  const panics = () =>
    reconciler.metric('controller_runtime_reconcile_panics_total{controller="dataproduct"}');
  const isTold = async () =>
    (await statusOf('orders')).conditions?.some(
      ({ type, message }) => type === 'Reconciling' && message === 'an unexpected error; see the log',
    ) === true;
  const before = await panics();
  const mend = plant(plane.dir, 'unpacking');
  const fields = { metadata: { annotations: markedFor('unpacking') } };
  await cluster.patch({ ...POLICY, name: 'orders-network' }, { type: 'merge', fields });
  await until(isTold);
  await until(async () => (await panics()) > before + 1);
  const isRepaired = await removed('orders-orders-access');
  await until(await removed('product-catalog-network'));
  t.equal(await isRepaired(), false);
  await mend();
  await until(isRepaired);
  await until(async () => !(await isTold()));
  const isFailure = ({ level, msg, key, err }: LogLine) =>
    `${level} ${msg}` === 'warn reconcile failed' &&
    (key as { name: string }).name === 'orders' &&
    (err as Error).message === 'a bug in unpacking';
  await until(() => reconciler.lines.some(isFailure));
});

t.test('it is still the same process', async t => {
  t.equal(reconciler.child.exitCode, null);
  t.equal(await reconciler.stop(), 0, 'what it asked on a connection that has gone dead is not waited for');
});
