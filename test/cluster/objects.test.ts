import t from 'tap';
import { CONFIG_MAPS, configMap, follow, forAll, newNamespace, refTo, startLive } from './live.ts';

const { plane, cluster } = await startLive(t);

t.test('objects are created, read, applied, patched, replaced and removed', async t => {
  const namespace = await newNamespace(cluster);
  const secret = {
    ...configMap(namespace, 'keys', 'one'),
    kind: 'Secret',
    data: undefined,
    stringData: { ca: 'one' },
  };
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'keys' };
  await cluster.create(secret);
  await t.rejects(cluster.create(secret), { name: 'ApiError' });

  const patched = await cluster.patch(ref, { type: 'merge', fields: { stringData: { ca: 'two' } } });
  t.match(patched, { data: { ca: Buffer.from('two').toString('base64') } });
  const operations = [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }];
  t.match(await cluster.patch(ref, { type: 'json', operations }), { metadata: { labels: { a: 'b' } } });

  const stored = await cluster.get(ref);
  const replaced = await cluster.replace({ ...stored, data: {} });
  t.strictSame(replaced['data'], undefined);
  await t.rejects(cluster.replace(stored), { name: 'ApiError', message: /the object has been modified/ });

  await cluster.remove(ref, { uid: stored.metadata.uid ?? '' });
  await t.rejects(cluster.get(ref), { name: 'ApiError', message: /not found/ });
});

t.test('server-side apply creates, changes what is ours, and refuses what is not', async t => {
  const namespace = await newNamespace(cluster);
  const ours = { fieldManager: 'dappmesh' };
  await cluster.apply(configMap(namespace, 'a', 'one'), ours);
  const again = await cluster.apply(configMap(namespace, 'a', 'one'), ours);
  t.equal(
    (await cluster.get(refTo(namespace, 'a'))).metadata.resourceVersion,
    again.metadata.resourceVersion,
  );

  const theirs = { fieldManager: 'somebody-else' };
  const conflict = await cluster
    .apply(configMap(namespace, 'a', 'two'), theirs)
    .catch((error: unknown) => error);
  t.match(conflict, { name: 'ApiError', status: 409, reason: 'Conflict' });
  t.match(await cluster.apply(configMap(namespace, 'a', 'two'), { ...theirs, force: true }), {
    data: { text: 'two' },
  });
  t.match(await cluster.apply(configMap(namespace, 'b', 'x'), { ...ours, dryRun: true }), {
    data: { text: 'x' },
  });
  await t.rejects(cluster.get(refTo(namespace, 'b')), { name: 'ApiError' });
});

t.test('the CA bundle of a webhook configuration is patched', async t => {
  const webhook = {
    name: 'validate.example.com',
    clientConfig: { url: 'https://127.0.0.1:1/validate' },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
    rules: [],
  };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
    const name = 'ca-bundle';
    await cluster.create({ apiVersion, kind, metadata: { name }, webhooks: [webhook] });
    const value = Buffer.from(plane.caPem).toString('base64');
    const operations = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value }];
    const patched = await cluster.patch({ apiVersion, kind, name }, { type: 'json', operations });
    t.match(patched, { webhooks: [{ clientConfig: { caBundle: value } }] });
    await cluster.remove({ apiVersion, kind, name });
  }
});

t.test('a kind that is not served is one clear error', async t => {
  const ref = { apiVersion: 'v1', kind: 'Nonsense', name: 'x' };
  await t.rejects(cluster.get(ref), { message: 'the API server does not serve Nonsense in v1' });
});

t.test('a list of more than a page is complete', async t => {
  const namespace = await newNamespace(cluster);
  const names = Array.from({ length: 620 }, (_, index) => `c${index}`);
  await forAll(names, name => cluster.create(configMap(namespace, name, 'x')));
  const listed = await cluster.list({ resource: CONFIG_MAPS, namespace });
  t.strictSame(listed.map(({ metadata }) => metadata.name).sort(), names.sort());
  const { watch, state } = await follow(t, cluster, { resource: CONFIG_MAPS, namespace });
  await watch.synced;
  t.equal(state.size, 620);
});
