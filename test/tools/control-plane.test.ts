import { access, chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { until } from '../until.ts';
import { isAlive } from './is-alive.ts';

let plane: ControlPlane;

t.before(async () => {
  plane = await startControlPlane();
});

t.teardown(() => plane.stop());

t.test('the admin lists namespaces', async t => {
  const { code, stdout } = await plane.kubectl(['get', 'namespaces', '-o', 'name']);
  t.equal(code, 0);
  t.match(stdout, 'namespace/default');
});

t.test('a user without a role is refused', async t => {
  const kubeconfig = await plane.userKubeconfig('jo', ['team-orders']);
  const { code, stderr } = await plane.kubectl(['get', 'namespaces'], { kubeconfig });
  t.equal(code, 1);
  t.match(stderr, 'User "jo" cannot list resource "namespaces"');
});

t.test('a role bound to a group reaches its members', async () => {
  await plane.kubectl(['create', 'clusterrole', 'reader', '--verb=list', '--resource=configmaps']);
  await plane.kubectl(['create', 'clusterrolebinding', 'reader', '--clusterrole=reader', '--group=readers']);
  const kubeconfig = await plane.userKubeconfig('kim', ['readers']);
  // Rights reach the authorizer by a watch.
  await until(async () => (await plane.kubectl(['get', 'configmaps'], { kubeconfig })).code === 0);
});

t.test('input reaches kubectl', async t => {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'from-input' } });
  const { stdout } = await plane.kubectl(['apply', '-f', '-'], { input });
  t.match(stdout, 'configmap/from-input created');
});

t.test('the API server comes back on the same port with the same data', async t => {
  await plane.kubectl(['create', 'namespace', 'kept']);
  await plane.stopApiServer();
  t.equal((await plane.kubectl(['get', 'namespaces'])).code, 1);
  await plane.startApiServer();
  t.match((await plane.kubectl(['get', 'namespaces', '-o', 'name'])).stdout, 'namespace/kept');
});

t.test('private keys are readable by their owner only', async t => {
  for (const file of ['admin.kubeconfig', 'apiserver.key', 'service-account.key']) {
    t.equal((await stat(join(plane.dir, file))).mode & 0o077, 0, file);
  }
});

t.test('a folder that the caller names is kept', async t => {
  const dataDir = t.testdir();
  const other = await startControlPlane({ dataDir });
  await other.stop();
  t.match(await readFile(join(dataDir, 'ca.crt'), 'utf8'), 'BEGIN CERTIFICATE');
});

t.test('a start that fails shows the last log lines and leaves nothing running', async t => {
  const dataDir = t.testdir({
    broken: '#!/bin/sh\necho $$ > "$0.pid"\necho "the reason it gives" >&2\nexit 1\n',
  });
  const broken = join(dataDir, 'broken');
  await chmod(broken, 0o755);
  const start = startControlPlane({ dataDir, env: { ...process.env, KUBE_APISERVER: broken } });
  await t.rejects(start, { message: /kube-apiserver ended while starting.*\nthe reason it gives/s });
  t.notOk(isAlive(Number(await readFile(`${broken}.pid`, 'utf8'))));
});

t.test('with controllers, a deleted namespace goes away; stop leaves no process and no folder', async t => {
  const other = await startControlPlane({ controllers: true });
  t.teardown(() => other.stop());
  const { pids, dir } = other;
  t.equal(pids.length, 3);
  await other.kubectl(['create', 'namespace', 'short-lived']);
  const { code } = await other.kubectl(['delete', 'namespace', 'short-lived', '--timeout=180s']);
  t.equal(code, 0);
  await other.stop();
  t.strictSame(pids.filter(isAlive), []);
  await t.rejects(access(dir));
});
