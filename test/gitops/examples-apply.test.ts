// The example mesh on a real API server: the commands of its README, and nothing lost on the way into etcd.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { jsonEquals } from '../../policies/engine/verdict/unchanged.ts';
import { isOurs, kindInfo } from '../../schemas/kinds.ts';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { installKinds } from '../install-kinds.ts';
import { until } from '../until.ts';
import { readManifests } from './read-manifests.ts';

const GITOPS = join(import.meta.dirname, '../../gitops');
const RETAIL = join(GITOPS, 'examples/retail');

let plane: ControlPlane;

t.before(async () => {
  plane = await startControlPlane();
  await installKinds(plane);
  await succeed(['apply', '-f', join(GITOPS, 'manifest/app/editor-clusterrole.yaml')]);
});

t.teardown(() => plane.stop());

t.test('the platform applies the mesh and its domains', () =>
  succeed(['apply', '--server-side', '-k', RETAIL]),
);

for (const domain of ['sales', 'logistics', 'customer']) {
  t.test(`the sync account of ${domain} applies the products of ${domain}`, async () => {
    const folder = join(RETAIL, 'domains', domain);
    const entries = await readdir(folder, { withFileTypes: true });
    const products = entries.filter(entry => entry.isDirectory()).map(entry => join(folder, entry.name));
    const account = `--as=system:serviceaccount:${domain}:${domain}-sync`;
    // Rights reach the authorizer by a watch.
    const mayCreate = ['auth', 'can-i', 'create', 'dataproducts.dappmesh.io', '-n', domain, account];
    await until(async () => (await plane.kubectl(mayCreate)).code === 0);
    for (const product of products) await succeed(['apply', '--server-side', '-k', product, account]);
  });
}

t.test('what is stored says what git says', async t => {
  for (const { file, object } of await readManifests(RETAIL)) {
    if (!isOurs(object.apiVersion)) continue;
    const { namespace, name } = object.metadata;
    const scope = namespace === undefined ? [] : ['-n', namespace];
    const plural = kindInfo(object.kind)?.plural ?? '';
    const { stdout } = await plane.kubectl(['get', `${plural}.dappmesh.io`, name, ...scope, '-o', 'json']);
    const stored = JSON.parse(stdout) as { spec: unknown };
    t.ok(contains(stored.spec, object.spec), file);
  }
});

async function succeed(args: string[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}

/** Whether all that is given is stored; defaults of the CRD may stand beside it. */
function contains(stored: unknown, given: unknown): boolean {
  if (Array.isArray(given)) {
    return Array.isArray(stored) && given.every((item, i) => contains(stored[i], item));
  }
  if (typeof given !== 'object' || given === null) return jsonEquals(stored, given);
  return Object.entries(given).every(([key, value]) =>
    contains((stored as Record<string, unknown>)[key], value),
  );
}
