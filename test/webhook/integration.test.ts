// The webhook behind a real API server, with the rights and the configurations that are shipped.

import { readFile } from 'node:fs/promises';
import t from 'tap';
import { openScene, succeed, until } from './cluster-scene.ts';
import { replaceFile } from './replace-file.ts';
import type { LogLine } from './webhook-process.ts';

const scene = await openScene(t);
const { plane } = scene;
const webhook = await scene.webhook(t);
await webhook.ready();
await scene.install(webhook.port);
await succeed(plane.kubectl(['create', 'namespace', 'sales']));
await until(async () => (await scene.apply(product('probe'), '--dry-run=server')).code === 0);

function product(name: string, spec: Record<string, unknown> = {}) {
  return {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'DataProduct',
    metadata: { name, namespace: 'sales', labels: {} as Record<string, string> },
    spec: {
      domainRef: 'sales',
      owner: { teamRef: 'checkout', contacts: [{ type: 'email', value: 'a@b.example' }] },
      description: 'Every order of the shop with its lines, as placed and paid.',
      version: '1.0.0',
      ...spec,
    },
  };
}

function decided(fields: Partial<LogLine>): Promise<LogLine> {
  return webhook.logged(
    line =>
      line.msg === 'decision' && Object.entries(fields).every(([field, value]) => line[field] === value),
  );
}

t.test('a good product is admitted, with a warning for the domain that is not there yet', async t => {
  const { code, stderr } = await scene.apply(product('good'));
  t.equal(code, 0);
  t.match(stderr, /^Warning: \[DM-OWN-003\] DataProduct\/sales\/good spec\.domainRef:/m);
  t.match(await decided({ name: 'good', webhook: 'validate' }), { decision: 'allowed', operation: 'CREATE' });
});

t.test('a bad product is refused with every code at once, as 403 Forbidden', async t => {
  const { code, stderr } = await scene.apply(product('bad', { owner: {}, version: 'one' }));
  t.equal(code, 1);
  t.match(stderr, /\(Forbidden\).*admission webhook "validate\.dappmesh\.io" denied the request: \[DM-/);
  for (const rule of ['DM-OWN-001', 'DM-VER-002']) t.match(stderr, `[${rule}] DataProduct/sales/bad spec.`);
  t.match(await plane.kubectl(['get', 'dataproduct', 'bad', '-n', 'sales']), { stderr: /NotFound/ });
});

t.test('a dry run gets the same words as the real thing', async t => {
  const bad = product('bad', { owner: {} });
  const real = await scene.apply(bad);
  const dry = await scene.apply(bad, '--dry-run=server');
  t.equal(dry.stderr, real.stderr);
  t.match(await decided({ name: 'bad', webhook: 'validate', dryRun: true }), { decision: 'denied' });
});

t.test('the same server-side apply again is allowed without evaluating', async t => {
  const args = ['--server-side', '--field-manager=kustomize-controller', '--force-conflicts'];
  await succeed(scene.apply(product('synced'), ...args));
  await succeed(scene.apply(product('synced'), ...args, '--dry-run=server'));
  t.match(await decided({ name: 'synced', webhook: 'validate', decision: 'unchanged' }), {
    operation: 'UPDATE',
  });
});

t.test('the status is written without being judged, the spec beside it is not', async t => {
  await succeed(scene.apply(product('status')));
  const patch = (...args: string[]) =>
    plane.kubectl(['patch', 'dataproduct', 'status', '-n', 'sales', '--type=merge', ...args]);
  await succeed(patch('--subresource=status', '-p', '{"status":{"observedGeneration":1}}'));
  t.equal((await patch('-p', '{"spec":{"owner":{"teamRef":null}}}')).code, 1);
});

t.test('a product with generateName is judged under its final name', async t => {
  const { apiVersion, kind, spec } = product('');
  const manifest = (more: object) =>
    JSON.stringify({
      apiVersion,
      kind,
      metadata: { generateName: 'made-', namespace: 'sales' },
      spec: { ...spec, ...more },
    });
  await succeed(plane.kubectl(['create', '-f', '-'], { input: manifest({}) }));
  const refused = await plane.kubectl(['create', '-f', '-'], { input: manifest({ owner: {} }) });
  t.match(refused.stderr, /DataProduct\/sales\/made-\w+ spec\.owner/);
});

t.test('a deletion is judged and passes where nothing speaks against it', async t => {
  await succeed(scene.apply(product('leaving')));
  await succeed(plane.kubectl(['delete', 'dataproduct', 'leaving', '-n', 'sales']));
  t.match(await decided({ name: 'leaving', operation: 'DELETE' }), {
    decision: 'allowed',
    webhook: 'validate',
  });
});

t.test('who asks is seen, impersonation included', async t => {
  await scene.apply(product('asked'), '--as=ann@retail.example', '--as-group=system:masters');
  t.match(await decided({ name: 'asked', webhook: 'validate' }), { user: 'ann@retail.example' });
});

t.test('what is applied elsewhere is visible to verdicts at once', async t => {
  const mesh = {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'Mesh',
    metadata: { name: 'retail' },
    spec: { regions: ['eu-central'] },
  };
  const domain = {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'Domain',
    metadata: { name: 'sales' },
    spec: {
      meshRef: 'retail',
      namespaces: ['sales'],
      ownerGroups: ['system:masters'],
      teams: [{ name: 'checkout', groups: ['system:masters'] }],
    },
  };
  await succeed(scene.apply(mesh));
  await succeed(scene.apply(domain));
  await until(async () => (await scene.apply(product('known'), '--dry-run=server')).stderr === '');
  const { stderr } = await scene.apply(
    product('stranger', { owner: { teamRef: 'nobody', contacts: [{ type: 'email', value: 'x@y.z' }] } }),
  );
  t.match(stderr, /\[DM-OWN-\d+\] DataProduct\/sales\/stranger spec\.owner\.teamRef/);
});

t.test('a bad bundle leaves the old one serving and says so; the good one heals it', async t => {
  const good = await readFile(scene.bundle);
  const healthy = async (value: 0 | 1): Promise<boolean> =>
    (await webhook.get('/metrics')).body.includes(`dappmesh_bundle_healthy ${value}\n`);
  await replaceFile(scene.bundle, good.subarray(0, good.length / 2));
  await until(() => healthy(0));
  t.equal((await webhook.get('/readyz')).status, 200);
  t.equal((await scene.apply(product('bad', { owner: {} }))).code, 1);
  await replaceFile(scene.bundle, good);
  await until(() => healthy(1));
});

t.test('the API server goes and comes back: still ready, still judging, inventory up to date', async t => {
  await plane.stopApiServer();
  t.equal((await webhook.get('/readyz')).status, 200);
  await plane.startApiServer();
  await until(async () => (await scene.apply(product('after'), '--dry-run=server')).code === 0);
  t.equal((await scene.apply(product('bad', { owner: {} }))).code, 1);
  await succeed(plane.kubectl(['delete', 'domain', 'sales']));
  await until(async () =>
    (await scene.apply(product('orphan'), '--dry-run=server')).stderr.includes('DM-OWN-003'),
  );
  t.equal((await webhook.get('/readyz')).status, 200);
});

t.test('an edited authority in the configuration is told and put back', async () => {
  const configuration = ['validatingwebhookconfiguration', 'dappmesh'];
  const staleTold = async (): Promise<number> => {
    const sample =
      /configuration_faults_total\{configuration="ValidatingWebhookConfiguration",fault="ca-bundle-stale"\} (\d+)/;
    return Number(sample.exec((await webhook.get('/metrics')).body)?.[1] ?? Number.NaN);
  };
  const authority = async (): Promise<string> =>
    (await plane.kubectl(['get', ...configuration, '-o=jsonpath={.webhooks[0].clientConfig.caBundle}']))
      .stdout;
  const [told, intact] = [await staleTold(), await authority()];
  const patch = '[{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":"LS0tCg=="}]';
  await succeed(plane.kubectl(['patch', ...configuration, '--type=json', '-p', patch]));
  await until(async () => (await staleTold()) > told);
  await until(async () => (await authority()) === intact);
  await until(async () => (await scene.apply(product('good'), '--dry-run=server')).code === 0);
});

t.test(
  'without the webhook nothing of ours is admitted; its successor serves the same authority',
  async t => {
    t.equal(await webhook.stop(), 0, 'ends gracefully with the API server’s connections kept alive');
    const { code, stderr } = await scene.apply(
      product('good', { description: 'Another description of the orders.' }),
    );
    t.equal(code, 1);
    t.match(stderr, /failed calling webhook "validate\.dappmesh\.io"/);
    await succeed(plane.kubectl(['create', 'configmap', 'other', '-n', 'sales']));
    const successor = await scene.webhook(t, [], { port: webhook.port });
    await successor.ready();
    await until(async () => (await scene.apply(product('good'), '--dry-run=server')).code === 0);
    const line = await successor.logged(found => found.msg === 'certificate in use');
    const first = await webhook.logged(found => found.msg === 'certificate in use');
    t.equal(line['authorityUntil'], first['authorityUntil']);
  },
);

t.test('no log line holds a part of an object', async t => {
  const text = JSON.stringify(webhook.lines);
  t.notMatch(text, /as placed and paid|a@b\.example|contacts/);
  t.ok(webhook.lines.length > 20);
});
