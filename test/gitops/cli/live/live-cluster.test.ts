// `dappmesh get`, `status` and `graph --cluster` against a real API server with the example mesh. The test writes the
// status as the reconciler does: server-side apply on the status subresource.

import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../../cluster/kubernetes-object.ts';
import { GROUP, KINDS, VERSION } from '../../../../schemas/kinds.ts';
import { startLive } from '../../../cluster/live.ts';
import { installKinds } from '../../../install-kinds.ts';
import { type Ended, EXAMPLES, runDappmesh } from '../../run-dappmesh.ts';

const RETAIL = join(EXAMPLES, 'retail');
const TIME = '2026-01-01T00:00:00Z';

const { plane, cluster } = await startLive(t);

function run(...args: string[]): Promise<Ended> {
  return runDappmesh(args, { cwd: RETAIL, env: { KUBECONFIG: plane.kubeconfig } });
}

/** Everything in the example that is an object, namespaces first. */
async function applyRetail(): Promise<void> {
  const files = (await readdir(RETAIL, { recursive: true })).filter(file => file.endsWith('.yaml'));
  const objects = files
    .filter(file => !file.endsWith('kustomization.yaml') && !file.endsWith('sync.yaml'))
    .flatMap(file => parseAllDocuments(readFileSync(join(RETAIL, file), 'utf8')))
    .map(document => document.toJS() as KubernetesObject)
    // What Flux is told, whose definitions are not here.
    .filter(({ kind }) => kind !== 'Kustomization');
  const isEarly = ({ kind }: KubernetesObject): boolean => kind === 'Namespace';
  for (const object of [...objects.filter(isEarly), ...objects.filter(each => !isEarly(each))])
    await cluster.apply(object, { fieldManager: 'test' });
}

async function setStatus(
  kind: string,
  namespace: string | undefined,
  name: string,
  status: object,
): Promise<void> {
  const apiVersion = `${GROUP}/${VERSION}`;
  const { metadata } = await cluster.get({ apiVersion, kind, namespace, name });
  const object = {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    status: { observedGeneration: metadata.generation, ...status },
  };
  await cluster.apply(object, { fieldManager: 'dappmesh-reconciler', subresource: 'status', force: true });
}

function condition(type: string, status: string, reason: string, message = ''): object {
  return { type, status, reason, message, lastTransitionTime: TIME, observedGeneration: 1 };
}

const ALL_WELL = {
  conditions: [condition('Compliant', 'True', 'Compliant'), condition('Ready', 'True', 'Succeeded')],
};

async function makeAllReady(): Promise<void> {
  for (const { kind, plural } of KINDS.filter(info => info.kind !== 'EngineClass')) {
    const objects = await cluster.list({ resource: { group: GROUP, version: VERSION, plural } });
    for (const { metadata } of objects) await setStatus(kind, metadata.namespace, metadata.name, ALL_WELL);
  }
}

t.test('a cluster without the kinds is said to be one', async t => {
  t.match(await run('status'), {
    code: 2,
    stdout: '',
    stderr: /does not serve \w+\.dappmesh\.io\n {2}install the kinds: kubectl apply/,
  });
});

t.test('a mesh without objects is empty, and one that nobody reconciles is not ready', async t => {
  await installKinds(plane);
  t.match(await run('status'), { code: 0, stdout: 'there are no DappMesh objects in the cluster\n' });
  t.match(await run('get'), { code: 0, stdout: '', stderr: /there is none of it/ });
  await applyRetail();
  t.match(await run('status', 'sales/orders'), {
    code: 1,
    stdout: /\nDataProduct\/sales\/orders {2}not ready\n {4}NotReconciled: no reconciler has answered yet\n/,
  });
});

t.test('when everything is ready, all is well', async t => {
  await makeAllReady();
  const { code, stdout } = await run('status');
  t.match(stdout, /\nsales\/orders +sales +1\.2\.0 +active +True +True +no +Succeeded\n/);
  t.match(stdout, /\nlogistics\/shipments +sales\/orders\/orders +shipments-orders +in force +2036-01-01\n/);
  t.match(stdout, /\nall is well: \d+ of \d+ objects ready\n$/);
  t.equal(code, 0);
});

t.test('what is not ready, breaks a policy or is held is listed with its reasons', async t => {
  await setStatus('DataProduct', 'sales', 'orders', {
    conditions: [
      condition('Ready', 'False', 'DependencyNotReady', 'EngineClass "x" does not exist'),
      condition('Reconciling', 'True', 'ProgressingWithRetry', 'EngineClass "x" does not exist'),
      condition('Compliant', 'False', 'PolicyViolated', '[DM-OWN-001] first\n[DM-VER-002] second'),
    ],
    endpoints: [{ port: 'orders', type: 'sql', url: 'postgresql://orders-marts.sales:5432/orders' }],
  });
  const patch = JSON.stringify({ metadata: { finalizers: ['dappmesh.io/in-use'] } });
  await plane.kubectl(['patch', 'dataproduct', 'shipments', '-n', 'logistics', '--type=merge', '-p', patch]);
  await plane.kubectl(['delete', 'dataproduct', 'shipments', '-n', 'logistics', '--wait=false']);
  const held = 'logistics/delivery-performance uses port shipments';
  await setStatus('DataProduct', 'logistics', 'shipments', {
    conditions: [condition('Ready', 'False', 'InUse', held), condition('Stalled', 'True', 'InUse', held)],
  });

  const { code, stdout } = await run('status');
  t.match(
    stdout,
    /\nDataProduct\/sales\/orders {2}not ready\n {4}DependencyNotReady: EngineClass "x" does not exist\n/,
  );
  t.match(
    stdout,
    /\nDataProduct\/sales\/orders {2}not compliant\n {4}\[DM-OWN-001\] first\n {4}\[DM-VER-002\] second\n/,
  );
  t.match(
    stdout,
    /\nDataProduct\/logistics\/shipments {2}held from deletion \(stalled: it does not go on by itself\)\n {4}InUse: logistics\/delivery-performance uses port shipments\n/,
  );
  t.match(stdout, /\n3 problems: \d+ of \d+ objects ready\n$/);
  t.equal(code, 1);

  const json = JSON.parse((await run('status', '-o', 'json')).stdout);
  t.match(json.summary, { healthy: false });
  t.equal(json.problems.length, 3);
  t.strictSame(parse((await run('status', '-o', 'yaml')).stdout), json);
});

t.test('one domain or product is told by itself', async t => {
  t.match(await run('status', 'customer'), { code: 0, stdout: /^DOMAIN +NAMESPACES[^]*\nall is well: / });
  const orders = await run('status', 'sales/orders');
  t.match(orders, { code: 1, stdout: /\n2 problems: / });
  t.notMatch(orders.stdout, /shipments {2}held/);
  t.match(await run('status', 'nobody'), { code: 2, stdout: '', stderr: /no domain or product "nobody"/ });
});

t.test('get shows kinds and names, of a namespace or of all', async t => {
  const { stdout } = await run('get', 'products', '-n', 'sales');
  t.equal(stdout.split('\n').length, 5, 'titles, three products, the last line break');
  t.match(
    (await run('get', 'ports', 'sales/orders')).stdout,
    / 4 +postgresql:\/\/orders-marts\.sales:5432\/orders\n/,
  );
  const json = JSON.parse((await run('get', 'dp', 'orders', '-o', 'json')).stdout);
  t.strictSame(Object.keys(json), ['products']);
  t.match(json.products, [
    { namespace: 'sales', name: 'orders', ready: 'False', reason: 'DependencyNotReady' },
  ]);
  t.match(await run('get', 'dp', 'nobody'), { code: 2, stdout: '', stderr: /named "nobody"/ });
  t.match(await run('get', '-A', '-n', 'sales'), { code: 2, stderr: /exclude each other/ });
});

t.test('the graph is drawn from the cluster, or from the tree as it lives', async t => {
  const json = JSON.parse((await run('graph', '--cluster', '-o', 'json')).stdout);
  const ready = Object.fromEntries(
    json.products.map(({ name, ready }: { name: string; ready: boolean }) => [name, ready]),
  );
  t.match(ready, { orders: false, shipments: false, inventory: true });
  t.ok(json.flows.every(({ standing }: { standing: string }) => standing === 'in force'));
  const { stdout } = await run('graph', 'domains/sales', '--cluster');
  t.match(stdout, /\["orders<br\/>1\.2\.0<br\/>not ready<br\/>not compliant"\]/);
  t.match(stdout, /\n {2}class n\d+ notReady\n/);
  t.notMatch(stdout, /inventory<br/);
  t.match((await run('graph', '--cluster', '-o', 'dot')).stdout, /class="notReady", style=filled/);
});

t.test('who may not read the cluster is told so', async t => {
  const kubeconfig = await plane.userKubeconfig('nobody');
  for (const command of ['get', 'status']) {
    t.match(await run(command, '--kubeconfig', kubeconfig), {
      code: 2,
      stdout: '',
      stderr: /the cluster could not be read: .*forbidden[^]*\n {2}check --kubeconfig/,
    });
  }
});

t.test('without a cluster the error is clear', async t => {
  for (const command of ['get', 'status']) {
    const { code, stdout, stderr } = await run(command, '--kubeconfig', '/nowhere');
    t.match(stderr, /^dappmesh: the cluster could not be read: .*\/nowhere/);
    t.notMatch(stderr, /\n\s+at /, 'no stack');
    t.strictSame([code, stdout], [2, '']);
  }
});
