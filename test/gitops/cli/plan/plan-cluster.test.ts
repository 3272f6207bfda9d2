// `dappmesh plan --cluster` against a real API server: the test is the reconciler, so it applies as it would.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Action, PlannedObject, PlannedOwner } from '../../../../gitops/cli/plan/planned.ts';
import { startLive } from '../../../cluster/live.ts';
import { installKinds } from '../../../install-kinds.ts';
import { type Ended, runDappmesh } from '../../run-dappmesh.ts';
import { buildPlanBundle, DOMAIN, productWith } from './testing-blueprint.ts';

const { plane, cluster } = await startLive(t);
let bundle: string;
let folder: string;

t.before(async () => {
  folder = t.testdir({ tree: { 'domain.yaml': DOMAIN }, build: {} });
  bundle = await buildPlanBundle(join(folder, 'build'));
  await installKinds(plane);
  await kubectl('create', 'namespace', 'sales');
});

async function kubectl(...args: string[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}

/** Writes the product into the tree, and into the cluster if it is to live there. */
async function setProduct(text: string, isLive = true): Promise<void> {
  writeFileSync(join(folder, 'tree/orders.yaml'), text);
  if (isLive) await kubectl('apply', '--server-side', '-f', join(folder, 'tree/orders.yaml'));
}

function plan(...args: string[]): Promise<Ended> {
  return runDappmesh(['plan', '--bundle', bundle, '--tree', '.', '--cluster', ...args], {
    cwd: join(folder, 'tree'),
    env: { KUBECONFIG: plane.kubeconfig },
  });
}

async function ownerOf(...args: string[]): Promise<PlannedOwner> {
  const { stdout, stderr } = await plan(...args, '-o', 'json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).owners[0];
}

/** What would happen to each object, by its name. */
async function actions(): Promise<Record<string, Action>> {
  const { objects } = await ownerOf();
  return Object.fromEntries(objects.map(({ name, action }) => [name, action]));
}

/** Applies what is planned, as the reconciler does. */
async function reconcile(): Promise<void> {
  const { objects } = await ownerOf();
  for (const { object } of objects) {
    if (object === null) continue;
    const data =
      object.kind === 'Secret'
        ? { data: { user: 'b3JkZXJz', password: 'c2VjcmV0' }, stringData: undefined }
        : {};
    await cluster.apply({ ...object, ...data }, { fieldManager: 'dappmesh-reconciler' });
  }
}

t.test('a product that nobody has built is all to create, and nothing is written', async t => {
  await setProduct(productWith(['a', 'b']));
  t.strictSame(await actions(), { 'orders-a': 'create', 'orders-b': 'create', 'orders-keys': 'create' });
  const { code, stdout } = await plan();
  t.match(
    stdout,
    /\n {2}\+ v1 ConfigMap sales\/orders-a\n {2}\+ v1 ConfigMap sales\/orders-b\n {2}\+ v1 Secret sales\/orders-keys\n/,
  );
  t.match(stdout, /\nplan: 3 to create, 0 to change, 0 to prune, 0 the same; for 1 object of the mesh\n/);
  t.equal(code, 0);
  t.equal((await plan('--exit-code')).code, 1);
  t.equal((await plane.kubectl(['get', 'configmaps,secrets', '-n', 'sales', '-o', 'name'])).stdout, '');
});

t.test('what is built is the same, generated passwords included', async t => {
  await reconcile();
  t.strictSame(await actions(), { 'orders-a': 'same', 'orders-b': 'same', 'orders-keys': 'same' });
  t.match(await plan('--exit-code'), { code: 0, stdout: /\n {2}= v1 Secret sales\/orders-keys\n/ });
});

t.test('a change of the tree is shown line by line, before it is in the cluster', async t => {
  await setProduct(productWith(['a', 'b'], { displayName: 'All orders' }), false);
  const { stdout } = await plan();
  t.match(
    stdout,
    `  ~ v1 ConfigMap sales/orders-a
      data.text:
        @@ line 1
        -Orders
        +All orders
         second line
         0 contracts
`,
  );
  t.notMatch(stdout, /dappmesh\.io\/desired/, 'the hash follows and is no news');
  const { objects } = await ownerOf();
  t.match(objects[0], {
    action: 'change',
    changes: [{ path: '/data/text', before: /^Orders\n/, after: /^All orders\n/ }],
  });
});

t.test('what is no longer asked for is pruned, unless it is held', async t => {
  await setProduct(productWith(['a', 'held', 'b']));
  await reconcile();
  await setProduct(productWith(['holding']), false);
  t.strictSame(await actions(), {
    'orders-holding': 'create',
    'orders-keys': 'same',
    'orders-a': 'prune',
    'orders-b': 'prune',
    'orders-held': 'keep',
  });
  const { stdout } = await plan();
  t.match(stdout, /\n {2}- v1 ConfigMap sales\/orders-b\n/);
  t.match(stdout, /\n {2}! v1 ConfigMap sales\/orders-held\n {6}crm\/segments uses port table\n/);
});

t.test('what the reconciler has not made is neither pruned nor changed', async t => {
  await setProduct(productWith(['a', 'theirs']));
  const labels = 'app.kubernetes.io/managed-by=dappmesh,dappmesh.io/owner-kind=DataProduct';
  for (const name of ['orders-theirs', 'copied']) {
    await kubectl('create', 'configmap', name, '-n', 'sales');
    await kubectl('label', 'configmap', name, '-n', 'sales', ...labels.split(','));
  }
  const { objects } = await ownerOf();
  const theirs = objects.find(({ name }) => name === 'orders-theirs');
  t.match(theirs, { action: 'refused', why: 'it exists and is not made by DappMesh' });
  t.notOk(objects.some(({ name }) => name === 'copied'));
  t.equal((await plan()).code, 2, 'the reconciler could not do it either');
  await kubectl('delete', 'configmap', 'orders-theirs', 'copied', '-n', 'sales');
});

t.test('an edit by hand is changed back; fields that another manager applies are a conflict', async t => {
  await setProduct(productWith(['a']));
  await reconcile();
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'orders-a' };
  const data = { text: 'by hand' };
  await cluster.patch(ref, { type: 'merge', fields: { data } }, { fieldManager: 'editor' });
  const edited = await ownerOf();
  t.match(edited.objects[0], {
    name: 'orders-a',
    action: 'change',
    changes: [{ path: '/data/text', before: 'by hand' }],
  });
  t.match(await cluster.get(ref), { data }, 'nothing is written');

  const { apiVersion, kind, namespace, name } = ref;
  const theirs = { apiVersion, kind, metadata: { namespace, name }, data };
  await cluster.apply(theirs, { fieldManager: 'other', force: true });
  const { objects } = await ownerOf();
  t.match(objects[0], { name: 'orders-a', action: 'refused', why: /with "other":\n- \.data\.text/ });
  await kubectl('delete', 'configmap', 'orders-a', '-n', 'sales');
});

t.test('the child of another owner is refused while that owner lives, and taken over then', async t => {
  await setProduct(productWith(['a']));
  const [planned] = (await ownerOf()).objects;
  const other = join(folder, 'other.yaml');
  writeFileSync(other, productWith([], { name: 'other' }));
  await kubectl('apply', '--server-side', '-f', other);
  const product = { apiVersion: 'dappmesh.io/v1alpha1', kind: 'DataProduct' };
  const { uid } = (await cluster.get({ ...product, namespace: 'sales', name: 'other' })).metadata;
  const metadata = { ...planned?.object?.metadata, name: 'orders-a', namespace: 'sales' };
  const ownerReferences = [{ ...product, name: 'other', uid, controller: true }];
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, ownerReferences } };
  await cluster.apply(theirs, { fieldManager: 'dappmesh-reconciler' });
  const refused = await ownerOf();
  t.match(refused.objects[0], { action: 'refused', why: 'it belongs to DataProduct sales/other' });
  await kubectl('delete', '-f', other);
  const { objects } = await ownerOf();
  t.match(objects[0], { name: 'orders-a', action: 'change' });
  await kubectl('delete', 'configmap', 'orders-a', '-n', 'sales');
});

t.test('while an owner waits, only what ends access is changed and pruned', async t => {
  const mute = DOMAIN.replace(', description: What is sold.', '');
  await setProduct(productWith(['a', 'reader', 'reader-gone']));
  await reconcile();
  await setProduct(productWith(['a', 'reader', 'reader-new'], { displayName: 'Others' }), false);
  writeFileSync(join(folder, 'tree/domain.yaml'), mute);
  t.strictSame(await actions(), {
    'orders-a': 'wait',
    'orders-keys': 'wait',
    'orders-reader': 'change',
    'orders-reader-gone': 'prune',
    'orders-reader-new': 'wait',
  });
  const suspended = { displayName: 'Others', more: '  suspend: true\n' };
  await setProduct(productWith(['a', 'reader'], suspended), false);
  t.strictSame(await actions(), { 'orders-a': 'wait', 'orders-keys': 'wait', 'orders-reader': 'wait' });
  writeFileSync(join(folder, 'tree/domain.yaml'), DOMAIN);
  await kubectl('delete', 'configmap', '--all', '-n', 'sales');
});

t.test('a kind that is not served is awaited', async t => {
  await setProduct(productWith(['a', 'widget']), false);
  const owner = await ownerOf();
  t.match(owner.waitsFor, [{ message: 'the API server does not serve Widget in example.test/v1' }]);
  t.ok(owner.objects.every(({ action }: PlannedObject) => action === 'wait'));
});

t.test('in a namespace that is still to come, nothing can be tried', async t => {
  await setProduct(productWith(['a'], { namespace: 'coming' }), false);
  const { objects } = await ownerOf();
  t.match(objects[0], { action: 'create', why: /its namespace does not exist yet/ });
});

t.test('without the rights to ask there is no plan', async t => {
  await setProduct(productWith(['a']));
  const kubeconfig = await plane.userKubeconfig('nobody');
  t.match(await plan('--kubeconfig', kubeconfig), {
    code: 2,
    stdout: '',
    stderr: /the cluster could not be read: .*forbidden/,
  });
});
