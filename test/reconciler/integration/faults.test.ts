// What the API server and the network may do to a reconciler, one fault after the other.

import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { until } from '../../until.ts';
import { installDefinition, removeDefinition } from '../widgets.ts';
import { refuse, startFaultyProxy } from './faulty-proxy.ts';
import { openProcessScene, settled, unlessMissing } from './process-scene.ts';

const scene = await openProcessScene(t, ['sales']);
const { cluster, plane } = scene;
const proxy = await startFaultyProxy(t, plane);
const reconciler = await scene.reconciler(t, `--kubeconfig=${proxy.kubeconfig}`, '--no-leader-election');
await reconciler.leading();
await settled(scene);

const NETWORK = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  namespace: 'sales',
  name: 'orders-network',
};

async function isRepaired(uid: string | undefined): Promise<boolean> {
  const now = await scene.find(NETWORK);
  return now !== undefined && now.metadata.uid !== uid;
}

/** Removes a child; gives a look at whether it has come back. */
async function breakSomething(): Promise<() => Promise<boolean>> {
  const { metadata } = await cluster.get(NETWORK);
  await cluster.remove(NETWORK);
  return () => isRepaired(metadata.uid);
}

t.afterEach(() => {
  proxy.fault = undefined;
  proxy.lines = line => [line];
});

t.test('a watch that is refused with 410 lists again', async t => {
  const before = proxy.requests.length;
  let gone = 0;
  proxy.lines = line => {
    if (!line.includes('"object":{"kind":"NetworkPolicy"') || gone++ > 0) return [line];
    return [JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })];
  };
  await until(await breakSomething());
  const lists = proxy.requests.slice(before).filter(line => /networkpolicies\?limit/.test(line));
  t.ok(lists.length > 0);
});

t.test('events that come twice or more often do no harm', async t => {
  proxy.lines = line => [line, line, line];
  await until(await breakSomething());
  await settled(scene);
  t.equal((await cluster.get(NETWORK)).metadata.generation, 1);
});

t.test('an answer that is lost after the write is made up for, and then nothing more is written', async t => {
  const writes = () =>
    proxy.requests.filter(line => line.startsWith('PATCH ') && line.includes('/networkpolicies/')).length;
  const before = writes();
  let swallowed = 0;
  proxy.fault = (request, reply) => {
    const isApply = request.method === 'PATCH' && request.url?.includes('/networkpolicies/') === true;
    if (!isApply || swallowed > 0) return 'pass';
    swallowed++;
    // The request goes on; only its answer does not arrive.
    reply.write = () => true;
    reply.end = (() => reply.destroy()) as typeof reply.end;
    return 'pass';
  };
  await until(await breakSomething());
  await until(() => swallowed > 0);
  await settled(scene);
  const written = writes() - before;
  // If the watch is slower than the retry: made, refused as made already, and applied to what was found.
  t.ok(written <= 3, `once, or once more as what is there: ${written}`);
  await settled(scene);
  t.equal(writes() - before, written);
});

t.test('an error of the API server is backed off from, and counted', async t => {
  const errors = 'controller_runtime_reconcile_errors_total{controller="dataproduct"}';
  const panics = 'controller_runtime_reconcile_panics_total{controller="dataproduct"}';
  const before = await reconciler.metric(errors);
  let refused = 0;
  proxy.fault = (request, reply) => {
    const isApply = request.method === 'PATCH' && request.url?.includes('/networkpolicies/') === true;
    if (!isApply || refused >= 5) return 'pass';
    refused++;
    return refuse(reply, 500, 'InternalError');
  };
  await until(await breakSomething());
  t.ok((await reconciler.metric(errors)) > before);
  t.equal(await reconciler.metric(panics), 0);
});

t.test('definitions that come and go while it runs do no harm', async t => {
  await installDefinition(cluster);
  await until(await breakSomething());
  await removeDefinition(cluster);
  await until(await breakSomething());
  t.equal(reconciler.child.exitCode, null);
});

t.test('a definition of its own that goes and comes back is followed again', async () => {
  await scene.kubectl('delete', 'crd', 'policyexemptions.dappmesh.io');
  await until(await breakSomething());
  await scene.kubectl('apply', '--server-side', '-f', 'gitops/manifest/crds/policyexemptions.yaml');
  const exemption = {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'PolicyExemption',
    metadata: { namespace: 'sales', name: 'late' },
    spec: {
      policy: 'DM-QUA-001',
      target: { kind: 'DataProduct', namespace: 'sales', name: 'orders' },
      reason: 'The rules are being rewritten together with the new tills.',
      owner: 'ada@example.com',
      approvedBy: 'grace@example.com',
      expires: '2036-01-01T00:00:00Z',
    },
  };
  // A definition is served a moment after it is there.
  await until(async () => (await cluster.create(exemption).catch(unlessMissing)) !== undefined);
  await until(async () => (await scene.readyOf('PolicyExemption', 'sales/late')) !== '');
});

// Both leave watches behind that wait for long before they try again: what comes after them would wait as well.

t.test('a storm of 429 is waited out', async t => {
  let refused = 0;
  proxy.fault = (_, reply) => {
    if (refused >= 8) return 'pass';
    refused++;
    return refuse(reply, 429, 'TooManyRequests', { 'retry-after': '1' });
  };
  await until(await breakSomething());
  t.equal((await reconciler.get('/readyz')).status, 200);
});

t.test('an API server that is away for a while is caught up with', async t => {
  const { metadata } = await cluster.get(NETWORK);
  await plane.stopApiServer();
  await sleep(1_000);
  t.equal((await reconciler.get('/readyz')).status, 200);
  await plane.startApiServer();
  await cluster.remove(NETWORK);
  await until(() => isRepaired(metadata.uid));
});
