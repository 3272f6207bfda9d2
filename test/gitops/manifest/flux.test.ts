// The objects that have Flux sync the example mesh fit it; test/gitops/flux-sync.test.ts has Flux itself take them.

import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readManifests } from '../read-manifests.ts';

const GITOPS = join(import.meta.dirname, '../../../gitops');
const RETAIL = join(GITOPS, 'examples/retail');
const DOMAINS = join(RETAIL, 'domains');

const shipped = (await readManifests(join(GITOPS, 'manifest/flux'))).map(({ object }) => object);
const ofProducts = (await readManifests(join(RETAIL, 'flux'))).map(({ object }) => object);

t.test('each path is a kustomization of the example mesh', async t => {
  const kustomizations = [...shipped, ...ofProducts].filter(({ kind }) => kind === 'Kustomization');
  t.ok(kustomizations.length > 2);
  for (const { spec = {} } of kustomizations)
    await t.resolves(access(join(RETAIL, String(spec['path']), 'kustomization.yaml')));
});

t.test('every product is synced under the account that its Domain names, after the mesh', async t => {
  const folders: string[] = [];
  for (const name of await readdir(DOMAINS)) {
    const domain = (await readManifests(join(DOMAINS, name))).find(({ object }) => object.kind === 'Domain');
    for (const entry of await readdir(join(DOMAINS, name), { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const path = `./domains/${name}/${entry.name}`;
      folders.push(path);
      const sync = ofProducts.find(({ spec }) => spec?.['path'] === path);
      t.match(domain?.object.spec, {
        syncServiceAccount: {
          namespace: sync?.metadata.namespace,
          name: sync?.spec?.['serviceAccountName'],
        },
      });
      t.strictSame(sync?.spec?.['dependsOn'], [{ name: 'mesh', namespace: 'flux-system' }]);
    }
  }
  t.equal(ofProducts.length, folders.length);
});
