import { readFile } from 'node:fs/promises';
import t from 'tap';
import { connect } from '../../cluster/connect.ts';
import type { ControlPlane } from '../../tools/control-plane.ts';
import { until } from '../until.ts';
import { startGate } from './gate.ts';
import { CONFIG_MAPS, configMap, follow, newNamespace, refTo, startLive } from './live.ts';

const { plane, cluster } = await startLive(t);

t.test('a restart of the API server loses nothing and needs no help', async t => {
  const namespace = await newNamespace(cluster);
  const { state, watch, events } = await follow(t, cluster, { resource: CONFIG_MAPS, namespace });
  await watch.synced;
  await cluster.create(configMap(namespace, 'before', 'x'));
  await until(() => state.has('before'));
  await plane.stopApiServer();
  await until(() => events.some(({ kind }) => kind === 'failed' || kind === 'ended'));
  t.equal(watch.hasSynced, true);
  await plane.startApiServer();
  await cluster.create(configMap(namespace, 'after', 'x'));
  await cluster.remove(refTo(namespace, 'before'));
  await until(() => state.has('after') && !state.has('before'));
});

t.test('what vanished while the connection was cut is deleted after compaction', async t => {
  const namespace = await newNamespace(cluster);
  const gate = await startGate(t, plane);
  const through = connect({ kubeconfig: gate.kubeconfig });
  t.teardown(() => through.close());
  for (const name of ['stays', 'goes']) await cluster.create(configMap(namespace, name, 'x'));
  const { state, watch, events, deleted } = await follow(t, through, { resource: CONFIG_MAPS, namespace });
  await watch.synced;
  gate.close();
  await until(() => events.some(({ kind }) => kind === 'failed'));
  await cluster.remove(refTo(namespace, 'goes'));
  await cluster.create(configMap(namespace, 'comes', 'x'));
  await compactEtcd(plane);
  // The watch cache still remembers; a restarted API server does not.
  await plane.stopApiServer();
  await plane.startApiServer();
  gate.open();
  await until(() => state.has('comes') && !state.has('goes'));
  t.strictSame(deleted, ['goes']);
  t.ok(state.has('stays'));
  t.ok(events.some(({ kind }) => kind === 'expired'));
});

/** Through etcd's JSON gateway: forget every version but the present one. */
async function compactEtcd({ pids }: ControlPlane): Promise<void> {
  const flags = await readFile(`/proc/${pids[0]}/cmdline`, 'utf8');
  const client = /--listen-client-urls=(\S+?)\0/.exec(flags)?.[1];
  const call = async (path: string, body: object) =>
    (await fetch(`${client}${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
  const { header } = (await call('/v3/kv/range', { key: 'AA==' })) as { header: { revision: string } };
  await call('/v3/kv/compaction', { revision: header.revision, physical: true });
}
