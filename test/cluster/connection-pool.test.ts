import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type Cluster, connect } from '../../cluster/connect.ts';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { startGate } from './gate.ts';

let plane: ControlPlane;

t.before(async () => {
  plane = await startControlPlane();
});

t.teardown(() => plane.stop());

t.test('300 requests, 40 at a time, share a few connections', async t => {
  const gate = await startGate(t, plane);
  const through = connect({ kubeconfig: gate.kubeconfig });
  t.teardown(() => through.close());
  const mayOpen = startCounting(16);
  const calls = Array.from({ length: 300 }, (_, index) => index);
  for (let start = 0; start < 300; start += 40) {
    await Promise.all(
      calls.slice(start, start + 40).map(() => through.request({ path: '/api/v1/namespaces/default' })),
    );
  }
  t.ok(gate.connections() <= mayOpen(), `${gate.connections()} connections`);
});

t.test('300 requests one after the other share two connections', async t => {
  const gate = await startGate(t, plane);
  const through = connect({ kubeconfig: gate.kubeconfig });
  t.teardown(() => through.close());
  // Two, since undici asks the pool again before the connection of the last answer counts as idle.
  const mayOpen = startCounting(2);
  for (let call = 0; call < 300; call++) await through.request({ path: '/api/v1/namespaces/default' });
  t.ok(gate.connections() <= mayOpen(), `${gate.connections()} connections`);
});

t.test('new certificate files mean new connections, and the old user is forgotten', async t => {
  const folder = t.testdir();
  const jo = JSON.parse(await readFile(await plane.userKubeconfig('jo', ['system:masters']), 'utf8'));
  const kim = JSON.parse(await readFile(await plane.userKubeconfig('kim', ['system:masters']), 'utf8'));
  const write = async (config: typeof jo) => {
    const { 'client-certificate-data': certificate, 'client-key-data': key } = config.users[0].user;
    await writeFile(join(folder, 'tls.crt'), Buffer.from(certificate, 'base64'));
    await writeFile(join(folder, 'tls.key'), Buffer.from(key, 'base64'));
  };
  await write(jo);
  const user = { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify({ ...jo, users: [{ name: 'jo', user }] }));
  let now = 0;
  const rotating = connect({ kubeconfig: join(folder, 'kubeconfig'), now: () => now });
  t.teardown(() => rotating.close());
  t.equal(await whoAmI(rotating), 'jo');
  await write(kim);
  t.equal(await whoAmI(rotating), 'jo');
  now += 10_000;
  t.equal(await whoAmI(rotating), 'kim');
});

/** How many may have been opened by now: undici ends one that was idle for 4 s, within half a second more or less. */
function startCounting(atOnce: number): () => number {
  const startedAt = performance.now();
  return () => atOnce * (1 + Math.floor((performance.now() - startedAt) / 3_000));
}

async function whoAmI(as: Cluster): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const review = await as.request<{ status: { userInfo: { username: string } } }>({
    method: 'POST',
    path,
    body,
  });
  return review.status.userInfo.username;
}
