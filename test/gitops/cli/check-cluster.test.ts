// `dappmesh check --cluster` against a real API server: what lives there is part of the inventory, and the tree wins.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type ControlPlane, startControlPlane } from '../../../tools/control-plane.ts';
import { installKinds } from '../../install-kinds.ts';
import { buildTestBundle, type Ended, EXAMPLES, runDappmesh } from '../run-dappmesh.ts';

const RETAIL = join(EXAMPLES, 'retail');
const ORDERS = 'domains/sales/orders';

let plane: ControlPlane;
let bundle: string;

t.before(async () => {
  bundle = await buildTestBundle(t);
  plane = await startControlPlane();
  await installKinds(plane);
});

t.teardown(() => plane.stop());

t.test('what the tree lacks is looked up in the cluster', async t => {
  const folder = t.testdir({});
  cpSync(join(RETAIL, ORDERS), folder, { recursive: true });
  const alone = await check(['.', '--tree', '.'], folder);
  t.match(alone, { code: 1, stdout: /DM-OWN-003/ });
  for (const kind of [
    'mesh/mesh.yaml',
    'mesh/engines',
    'domains/sales/domain.yaml',
    'domains/sales/namespaces.yaml',
  ]) {
    await succeed(['apply', '--server-side', '-f', join(RETAIL, kind)]);
  }
  const joined = await check(['.', '--tree', '.', '--cluster'], folder);
  t.notMatch(joined.stdout, /DM-OWN-003/);
  t.notMatch(joined.stdout, /DM-OWN-002/);
});

t.test('an object that lives in the cluster is judged as the change that it would be', async t => {
  const folder = join(t.testdir(), 'tree');
  mkdirSync(folder);
  await succeed(['apply', '--server-side', '-f', join(RETAIL, ORDERS, 'product.yaml')]);
  const moved = readFileSync(join(RETAIL, ORDERS, 'product.yaml'), 'utf8').replace(
    'domainRef: sales',
    'domainRef: logistics',
  );
  writeFileSync(join(folder, 'product.yaml'), moved);
  t.notMatch((await check(['.', '--tree', '.'], folder)).stdout, /DM-OWN-009/);
  t.match(await check(['.', '--tree', '.', '--cluster'], folder), { code: 1, stdout: /DENY \[DM-OWN-009\]/ });
});

t.test('a cluster that may not be read is no empty cluster', async t => {
  const kubeconfig = await plane.userKubeconfig('nobody');
  const denied = await runDappmesh(['check', '--bundle', bundle, '--cluster', '--kubeconfig', kubeconfig], {
    cwd: RETAIL,
  });
  t.match(denied, { code: 2, stdout: '', stderr: /the cluster could not be read: .*forbidden/ });
});

function check(args: readonly string[], cwd: string): Promise<Ended> {
  return runDappmesh(['check', '--bundle', bundle, ...args], { cwd, env: { KUBECONFIG: plane.kubeconfig } });
}

async function succeed(args: string[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}
