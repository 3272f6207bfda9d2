// Two replicas: one leads, and whoever leads is the only one that writes.

import type { ServerResponse } from 'node:http';
import t from 'tap';
import { startGate } from '../../cluster/gate.ts';
import { until } from '../../until.ts';
import type { ReconcilerProcess } from '../reconciler-process.ts';
import { refuse, startFaultyProxy } from './faulty-proxy.ts';
import { openProcessScene, settled } from './process-scene.ts';

const scene = await openProcessScene(t, ['sales']);
const { cluster } = scene;
const LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'dappmesh-system',
  name: 'dappmesh-reconciler',
};
const NETWORK = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  namespace: 'sales',
  name: 'orders-network',
};

const ACTIVE = 'controller_runtime_active_workers{controller="dappmesh"}';

/** A leader with this loses its lease as soon as it cannot renew it. Others leave the lease alone until it is `outlived`. */
const SHORT_DEADLINE = '--lease-renew-deadline=2s';

/** The lease, which nobody renews any more, ends after so many seconds instead of an hour. */
async function outlived(leaseDurationSeconds: number): Promise<void> {
  await cluster.patch(LEASE, { type: 'merge', fields: { spec: { leaseDurationSeconds } } });
}

async function transitions(): Promise<number> {
  const { spec } = await cluster.get(LEASE);
  return (spec as { leaseTransitions: number }).leaseTransitions;
}

/** Deletes a child and waits until it is there again. */
async function repaired(): Promise<void> {
  const { metadata } = await cluster.get(NETWORK);
  await cluster.remove(NETWORK);
  await until(async () => {
    const now = await scene.find(NETWORK);
    return now !== undefined && now.metadata.uid !== metadata.uid;
  });
}

t.test('when the leader is killed the other carries on, and nothing is written twice', async t => {
  const first = await scene.reconciler(t);
  await first.leading();
  const second = await scene.reconciler(t);
  await second.ready();
  const before = await settled(scene);
  t.equal(await second.writes(), 0);
  const was = await transitions();
  await first.kill();
  await outlived(1);
  await second.leading();
  t.equal(await transitions(), was + 1);
  for (const [id, child] of await settled(scene))
    t.equal(child.metadata.resourceVersion, before.get(id)?.metadata.resourceVersion, id);
  t.equal(await second.writes(), 0, 'there was nothing left to do');
  await repaired();
  await second.stop();
});

t.test('a leader that is stopped hands over at once', async t => {
  const [first, second] = [await scene.reconciler(t), await scene.reconciler(t)];
  await until(async () => (await leads(first)) || (await leads(second)));
  const [leader, other] = (await leads(first)) ? [first, second] : [second, first];
  await other.ready();
  t.equal(await leader.stop(), 0);
  await other.leading();
  await repaired();
  await other.stop();
});

const LEADING = 'leader_election_master_status{name="dappmesh-reconciler"}';

async function leads(reconciler: ReconcilerProcess): Promise<boolean> {
  return (await reconciler.metric(LEADING)) === 1;
}

async function standsBy(reconciler: ReconcilerProcess): Promise<boolean> {
  return (await reconciler.metric(LEADING)) === 0;
}

t.test('a leader that is cut off stops writing, stands by, and leads again when it is its turn', async t => {
  const gate = await startGate(t, scene.plane);
  const first = await scene.reconciler(t, `--kubeconfig=${gate.kubeconfig}`, SHORT_DEADLINE);
  await first.leading();
  const second = await scene.reconciler(t);
  await second.ready();
  await settled(scene);
  gate.close();
  await until(() => standsBy(first));
  await outlived(1);
  await second.leading();
  t.equal((await first.get('/readyz')).status, 200, 'it only stands by');
  const written = await first.writes();
  await repaired();
  gate.open();
  await repaired();
  t.equal(await first.writes(), written);
  await second.stop();
  await first.leading();
  await repaired();
  t.ok((await first.writes()) > written);
});

t.test('a lease that is lost in mid-reconcile ends the reconcile before its next write', async t => {
  const proxy = await startFaultyProxy(t, scene.plane);
  const first = await scene.reconciler(t, `--kubeconfig=${proxy.kubeconfig}`, SHORT_DEADLINE);
  await first.leading();
  await settled(scene);
  const second = await scene.reconciler(t);
  await second.ready();
  let held: ServerResponse | undefined;
  let failed = 0;
  // One reconcile has two things to write: the first is not answered and the lease not renewed from then on.
  proxy.fault = ({ method, url = '' }, reply) => {
    if (held !== undefined) return url.includes('/leases/') ? 'answered' : 'pass';
    if (method !== 'PATCH') return 'pass';
    if (url.includes('/statefulsets/orders-marts')) {
      failed++;
      return refuse(reply, 500, 'InternalError');
    }
    if (!url.includes('/networkpolicies/orders-network')) return 'pass';
    held = reply;
    return 'answered';
  };
  await cluster.remove({ ...NETWORK, apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'orders-marts' });
  await until(() => failed > 0);
  await cluster.remove(NETWORK);
  await until(() => held !== undefined);
  await until(() => standsBy(first));
  // What it sent before it lost the lease has arrived when it has answered once more.
  await first.get('/metrics');
  const before = proxy.requests.length;
  await outlived(1);
  await second.leading();
  await until(async () => (await scene.find(NETWORK)) !== undefined);
  t.ok(await standsBy(first));
  held
    ?.writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify(await cluster.get(NETWORK)));
  await until(async () => (await first.metric(ACTIVE)) === 0);
  proxy.fault = undefined;
  await repaired();
  const writes = proxy.requests.slice(before).filter(line => !/^GET |\/leases\//.test(line));
  t.strictSame(writes, []);
  t.equal((await first.get('/readyz')).status, 200, 'it only stands by');
});

t.test('a process that stood still while its lease ran out does not write when it goes on', async t => {
  const first = await scene.reconciler(t, SHORT_DEADLINE);
  await first.leading();
  await settled(scene);
  const second = await scene.reconciler(t);
  await second.ready();
  const written = await first.writes();
  first.child.kill('SIGSTOP');
  // Later than its deadline.
  await outlived(3);
  await second.leading();
  await cluster.remove(NETWORK);
  first.child.kill('SIGCONT');
  await until(async () => (await scene.find(NETWORK)) !== undefined);
  await until(() => standsBy(first));
  t.equal(await first.writes(), written);
});
