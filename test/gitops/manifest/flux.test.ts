// The objects that have Flux sync a mesh, as Flux' own definitions take them, and as the example mesh is laid out.

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startControlPlane } from '../../../tools/control-plane.ts';
import { findCrds } from '../../../tools/crds.ts';
import { readManifests } from '../read-manifests.ts';

const GITOPS = join(import.meta.dirname, '../../../gitops');
const FLUX = join(GITOPS, 'manifest/flux');
const RETAIL = join(GITOPS, 'examples/retail');

const manifests = (await readManifests(FLUX)).map(({ object }) => object);
const kustomizations = manifests.filter(({ kind }) => kind === 'Kustomization');

t.test('the API server takes each of them, by the definitions of Flux', async t => {
  const plane = await startControlPlane();
  t.teardown(() => plane.stop());
  const definitions = await Promise.all([findCrds('source-controller'), findCrds('kustomize-controller')]);
  await plane.kubectl(['apply', '--server-side', ...definitions.flat().flatMap(file => ['-f', file])]);
  await plane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  for (const namespace of ['flux-system', 'sales']) await plane.kubectl(['create', 'namespace', namespace]);
  const strict = ['--dry-run=server', '--validate=strict'];
  const { code, stdout, stderr } = await plane.kubectl(['apply', '--server-side', ...strict, '-k', FLUX]);
  t.equal(code, 0, stderr);
  t.equal(stdout.trim().split('\n').length, manifests.length);
});

t.test('each path is a kustomization of the example mesh', async t => {
  t.ok(kustomizations.length > 1);
  for (const { spec = {} } of kustomizations)
    await t.resolves(access(join(RETAIL, String(spec['path']), 'kustomization.yaml')));
});

t.test('a product is synced under the account that its Domain names, after the mesh', async t => {
  const domains = (await readManifests(join(RETAIL, 'domains/sales'))).map(({ object }) => object);
  const domain = domains.find(({ kind }) => kind === 'Domain');
  const orders = kustomizations.find(({ metadata }) => metadata.name === 'orders');
  t.match(domain?.spec, {
    syncServiceAccount: { namespace: orders?.metadata.namespace, name: orders?.spec?.['serviceAccountName'] },
  });
  t.strictSame(orders?.spec?.['dependsOn'], [{ name: 'mesh', namespace: 'flux-system' }]);
});
