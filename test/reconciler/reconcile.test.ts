// The loop against a real API server: the real bundle, the example mesh, the real watches.

import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { type KubernetesObject, type ObjectRef, refOf } from '../../cluster/kubernetes-object.ts';
import { typesMadeBy } from '../../reconciler/bundle.ts';
import type { Key } from '../../reconciler/key.ts';
import { childrenIn } from './children-in.ts';
import { completeChildren, conditionsOf, type Scene, startScene } from './scene.ts';

const ORDERS: Key = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const TARGET: ObjectRef = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'orders',
};

let scene: Scene;

t.before(async () => {
  scene = await startScene(t);
});

t.test('from empty, everything is built: no child before its owner, none without its marks', async t => {
  const results = await scene.reconcileAll();
  t.strictSame(
    results.filter(result => result instanceof Error),
    [],
  );
  await scene.settle();
  const children = await childrenIn(scene, typesMadeBy(scene.engine.bundle));
  t.ok(children.length > 100);
  const orders = await scene.cluster.get(TARGET);
  for (const { kind, metadata } of children) {
    const { labels = {}, annotations = {}, ownerReferences } = metadata;
    t.match(annotations['dappmesh.io/desired'], /^[0-9a-f]{16}$/, `${kind} ${metadata.name}`);
    t.notOk('dappmesh.io/cost-centre' in labels, 'a label of the owner');
    const mayStay = annotations['dappmesh.io/prune'] === 'disabled';
    if (labels['dappmesh.io/owner-name'] === 'orders' && !mayStay)
      t.match(ownerReferences, [{ kind: 'DataProduct', uid: orders.metadata.uid, controller: true }]);
  }
});

t.test('a second pass writes nothing, nor does one right after a restart', async t => {
  scene.writes.length = 0;
  await scene.reconcileAll();
  t.strictSame(scene.writes, []);
  scene.restart();
  await scene.reconcileAll();
  t.strictSame(scene.writes, []);
});

t.test('while children are on their way, Ready is unknown and says what is awaited', async t => {
  const { Ready, Reconciling, Stalled, Compliant } = await orderConditions();
  t.match(Ready, { status: 'Unknown', reason: 'Progressing', message: /waiting: .*orders/ });
  t.match(Reconciling, { status: 'True', reason: 'Progressing' });
  t.equal(Stalled, undefined);
  t.match(Compliant, { status: 'True', reason: 'Compliant' });
});

t.test('when all children are ready, so is the owner, and status says what blueprints say', async t => {
  await completeChildren(scene);
  await scene.settle();
  const { Ready, Reconciling } = await orderConditions();
  t.match(Ready, { status: 'True', reason: 'Succeeded' });
  t.equal(Reconciling, undefined);
  const { status, metadata } = await scene.cluster.get(TARGET);
  t.match(status, { observedGeneration: metadata.generation, snapshot: /^sha256:/ });
  t.match(
    scene.events.filter(({ name }) => name === 'orders').map(({ reason }) => reason),
    ['Progressing', 'Succeeded'],
  );
});

t.test('a failed child stalls its owner', async t => {
  const job = await childOf('batch/v1/Job', 'orders');
  const done = job['status'] as object;
  const failed = ['FailureTarget', 'Failed'].map(type => ({
    type,
    status: 'True',
    message: 'it did not end well',
  }));
  await scene.cluster.remove(refOf(job));
  await settleOrders();
  const again = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'sales', name: job.metadata.name };
  await patchStatus(again, { startTime: '2026-01-01T00:00:00Z', conditions: failed });
  await settleOrders();
  t.match(await orderConditions(), {
    Ready: { status: 'False', reason: 'HealthCheckFailed', message: /^Job orders-.* it did not end well$/ },
    Stalled: { status: 'True', reason: 'HealthCheckFailed' },
  });
  await scene.cluster.remove(again);
  await settleOrders();
  await patchStatus(again, done);
  await settleOrders();
  t.match(await orderConditions(), { Ready: { status: 'True' }, Stalled: undefined });
});

t.test('drift is repaired', async t => {
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    namespace: 'sales',
    name: 'orders-network',
  };
  const edit = async (ref: ObjectRef, fields: object) => {
    const before = withoutBookkeeping(await scene.cluster.get(ref));
    await scene.cluster.patch(ref, { type: 'merge', fields }, { fieldManager: 'kubectl-edit' });
    t.notSame(withoutBookkeeping(await scene.cluster.get(ref)), before, 'the edit');
    await settleOrders();
    t.strictSame(withoutBookkeeping(await scene.cluster.get(ref)), before, `${ref.kind} ${ref.name}`);
  };
  await edit(policy, { spec: { podSelector: { matchLabels: { added: 'by-hand' } } } });
  await edit(policy, { metadata: { labels: { 'dappmesh.io/owner-name': 'another' } } });
  const service = { apiVersion: 'v1', kind: 'Service', namespace: 'sales', name: 'orders-marts' };
  await edit(service, { spec: { selector: { added: 'by-hand' } } });
  const config = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'orders-marts' };
  const [key = ''] = Object.keys((await scene.cluster.get(config))['data'] as object);
  await edit(config, { data: { [key]: 'something else' } });
  await edit(config, { data: { [key]: null } });
});

t.test('a subject added to a RoleBinding goes', async t => {
  const ref = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    namespace: 'sales',
    name: 'dappmesh-developers',
  };
  const { subjects } = await scene.cluster.get(ref);
  const intruder = { kind: 'User', name: 'mallory', apiGroup: 'rbac.authorization.k8s.io' };
  await scene.cluster.patch(ref, {
    type: 'merge',
    fields: { subjects: [...(subjects as object[]), intruder] },
  });
  await scene.settle();
  t.strictSame((await scene.cluster.get(ref))['subjects'], subjects);
});

t.test('a child that loses the label by which it is watched gets it back', async t => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'orders-marts' };
  const { metadata } = await scene.cluster.get(ref);
  const fields = { metadata: { labels: { 'app.kubernetes.io/managed-by': null } } };
  await scene.cluster.patch(ref, { type: 'merge', fields });
  await settleOrders();
  const again = await scene.cluster.get(ref);
  t.equal(again.metadata.uid, metadata.uid);
  t.equal(again.metadata.labels?.['app.kubernetes.io/managed-by'], 'dappmesh');
});

t.test('a deleted child comes back, its generated password too, as a new one', async t => {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'sales', name: 'orders-marts' };
  const before = await scene.cluster.get(ref);
  await scene.cluster.remove(ref);
  await settleOrders();
  const after = await scene.cluster.get(ref);
  t.not(after.metadata.uid, before.metadata.uid);
  const keys = String(after.metadata.annotations?.['dappmesh.io/generate']).split(',');
  for (const key of keys) {
    const value = (secret: KubernetesObject) =>
      Buffer.from((secret['data'] as Record<string, string>)[key.trim()] ?? '', 'base64').toString();
    t.match(value(after), /^[\w-]{32}$/);
    t.not(value(after), value(before));
  }
});

t.test(
  'what reads a generated value is made anew with it: a Job runs again, a server starts again',
  async t => {
    const made = async () => {
      const workloads = await childrenIn(scene, [
        'apps/v1/StatefulSet',
        'apps/v1/Deployment',
        'batch/v1/Job',
      ]);
      const ofOrders = workloads.filter(
        ({ metadata: { labels } }) => labels?.['dappmesh.io/product'] === 'orders',
      );
      return new Map(
        ofOrders.map(({ kind, metadata, spec }) => [`${kind} ${metadata.name}`, annotationOf(spec)]),
      );
    };
    const before = await made();
    await scene.cluster.remove({
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: 'sales',
      name: 'orders-marts',
    });
    await settleOrders();
    const after = await made();
    t.match(after.get('StatefulSet orders-marts'), /^[0-9a-f]{10}$/);
    t.not(after.get('StatefulSet orders-marts'), before.get('StatefulSet orders-marts'));
    t.equal(
      after.get('StatefulSet orders-intake'),
      before.get('StatefulSet orders-intake'),
      'reads another Secret',
    );
    const migrations = (workloads: typeof before) =>
      [...workloads.keys()].filter(name => /^Job orders-marts(-[0-9a-f]{10}){2}$/.test(name));
    t.strictSame([migrations(before).length, migrations(after).length], [1, 1]);
    t.notSame(migrations(after), migrations(before));
  },
);

t.test('generated values stay when the Secret is applied again', async t => {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'sales', name: 'orders-marts' };
  const { data } = await scene.cluster.get(ref);
  const fields = { metadata: { labels: { 'app.kubernetes.io/name': 'changed' } } };
  await scene.cluster.patch(ref, { type: 'merge', fields });
  await settleOrders();
  const after = await scene.cluster.get(ref);
  t.not(after.metadata.labels?.['app.kubernetes.io/name'], 'changed');
  t.strictSame(after['data'], data);
});

t.test(
  'the password of a port comes to its consumer in another namespace, and goes with the agreement',
  async t => {
    const secret = { apiVersion: 'v1', kind: 'Secret' };
    const ref = { ...secret, namespace: 'logistics', name: 'delivery-performance-orders-input' };
    const sourceRef = { ...secret, namespace: 'sales', name: 'orders-orders' };
    const passwords = async () => {
      const [copy, source] = await Promise.all([scene.cluster.get(ref), scene.cluster.get(sourceRef)]);
      const [, key = ''] =
        /^password=sales\/orders-orders\/(.+)$/.exec(copy.metadata.annotations?.['dappmesh.io/copy'] ?? '') ??
        [];
      return [copy, source].map(
        ({ data }, i) => (data as Record<string, string>)[i === 0 ? 'password' : key],
      );
    };
    const [copied, original] = await passwords();
    t.match(copied, /^[\w+/=]{30,}$/);
    t.equal(copied, original);

    await scene.cluster.remove(sourceRef);
    await scene.settle();
    const [again, anew] = await passwords();
    t.not(anew, original);
    t.equal(again, anew, 'the copy follows');

    const agreement = { ...TARGET, kind: 'AccessAgreement', name: 'delivery-performance-orders' };
    const decide = (state: string) =>
      scene.cluster.patch(agreement, { type: 'merge', fields: { spec: { state } } });
    await decide('revoked');
    await scene.settle();
    await t.rejects(scene.cluster.get(ref), { message: /not found/ });
    await decide('approved');
    await scene.settle();
    const [back, is] = await passwords();
    t.equal(back, is);
  },
);

t.test('access ends with the agreement while provider and consumer wait for their contracts', async t => {
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'logistics' };
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'sales' };
  const copy = { ...secret, name: 'delivery-performance-orders-input' };
  const port = { ...policy, name: 'orders-orders-access' };
  const consumer = { ...TARGET, namespace: 'logistics', name: 'delivery-performance' };
  const agreement = { ...TARGET, kind: 'AccessAgreement', name: 'delivery-performance-orders' };
  const patch = (ref: ObjectRef, spec: object) =>
    scene.cluster.patch(ref, { type: 'merge', fields: { spec } });
  const before = await Promise.all([TARGET, consumer].map(ref => scene.cluster.get(ref)));
  t.match(JSON.stringify((await scene.cluster.get(port))['spec']), /"delivery-performance"/);

  for (const { kind, apiVersion, metadata, spec } of before) {
    const outputPorts = (spec as { outputPorts: object[] }).outputPorts.map(each => ({
      ...each,
      contractRef: { id: 'nowhere', version: '9.9.9' },
    }));
    await patch({ kind, apiVersion, namespace: metadata.namespace, name: metadata.name }, { outputPorts });
  }
  await patch(agreement, { state: 'revoked' });
  await scene.settle();
  t.match(await orderConditions(), { Ready: { status: 'False', reason: 'DependencyNotReady' } });
  await t.rejects(scene.cluster.get(copy), { message: /not found/ });
  t.notMatch(JSON.stringify((await scene.cluster.get(port))['spec']), /"delivery-performance"/);

  await patch(agreement, { state: 'approved' });
  for (const [i, ref] of [TARGET, consumer].entries()) await patch(ref, before[i]?.['spec'] as object);
  await scene.settle();
  t.ok(await scene.cluster.get(copy));
});

t.test('what others added is left alone', async t => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'orders-marts' };
  const fields = { metadata: { annotations: { team: 'checkout' } }, data: { 'notes.txt': 'by hand' } };
  await scene.cluster.patch(ref, { type: 'merge', fields });
  await scene.catchUp();
  scene.writes.length = 0;
  await scene.reconcile(ORDERS);
  t.strictSame(scene.writes, []);
  t.match(await scene.cluster.get(ref), fields);
});

t.test('a field that another manager insists on is a condition, not a war', async t => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'orders-intake' };
  const [key = ''] = Object.keys((await scene.cluster.get(ref))['data'] as object);
  const { apiVersion, kind, namespace, name } = ref;
  const theirs = { apiVersion, kind, metadata: { namespace, name }, data: { [key]: 'ours now' } };
  await scene.cluster.apply(theirs, { fieldManager: 'argocd-controller', force: true });
  await scene.catchUp();
  scene.writes.length = 0;
  const result = await scene.reconcile(ORDERS);
  t.strictSame(scene.writes, ['apply ConfigMap', 'status DataProduct']);
  t.ok((result.requeueAfterMs ?? 0) >= 60_000);
  t.equal(result.isTerminal, true);
  await scene.catchUp();
  t.match(await orderConditions(), {
    Ready: {
      status: 'False',
      reason: 'FieldConflict',
      message: `ConfigMap orders-intake: argocd-controller manages .data.${key}`,
    },
    Stalled: { status: 'True', reason: 'FieldConflict' },
    Reconciling: undefined,
  });
  t.match(await scene.cluster.get(ref), { data: { [key]: 'ours now' } });
  await scene.reconcile(ORDERS);
  t.strictSame(scene.writes.length, 2, 'the refused request is not repeated');
  await scene.cluster.remove(ref);
  await settleOrders();
  t.match(await orderConditions(), { Stalled: undefined });
});

t.test('an object of the same name that somebody made is neither changed nor taken', async t => {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'sales', name: 'orders-intake' };
  await scene.cluster.remove(ref);
  const metadata = { namespace: ref.namespace, name: ref.name };
  const planted = await scene.cluster.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: { x: 'eA==' },
  });
  await scene.catchUp();
  await settleOrders();
  t.match(await orderConditions(), {
    Stalled: {
      reason: 'FieldConflict',
      message: 'Secret orders-intake: it exists and is not made by DappMesh',
    },
  });
  t.equal((await scene.cluster.get(ref)).metadata.resourceVersion, planted.metadata.resourceVersion);
  await scene.cluster.remove(ref);
  scene.restart();
  await settleOrders();
  t.match(await orderConditions(), { Stalled: undefined });
});

t.test('suspended, nothing is repaired; resumed, it is', async t => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'orders-marts' };
  await completeChildren(scene);
  await settleOrders();
  await scene.cluster.patch(TARGET, { type: 'merge', fields: { spec: { suspend: true } } });
  await scene.cluster.remove(ref);
  await settleOrders();
  t.match(await orderConditions(), { Ready: { status: 'True', reason: 'Suspended' }, Stalled: undefined });
  t.ok(await isGone(ref));
  await scene.cluster.patch(TARGET, { type: 'merge', fields: { spec: { suspend: false } } });
  await settleOrders();
  t.match(await orderConditions(), { Ready: { status: 'True', reason: 'Succeeded' } });
  t.ok(await scene.cluster.get(ref));
});

t.test('a request to reconcile is acknowledged', async t => {
  const fields = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now-please' } } };
  await scene.cluster.patch(TARGET, { type: 'merge', fields });
  await settleOrders();
  t.match((await scene.cluster.get(TARGET))['status'], { lastHandledReconcileAt: 'now-please' });
});

t.test('what is no longer asked for goes; what only looks like ours, and what is in use, stays', async t => {
  const { metadata } = await scene.cluster.get(TARGET);
  const lookAlike = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: 'sales',
      name: 'look-alike',
      labels: {
        'app.kubernetes.io/managed-by': 'dappmesh',
        'dappmesh.io/owner-kind': 'DataProduct',
        'dappmesh.io/owner-name': 'orders',
      },
      ownerReferences: [
        {
          apiVersion: TARGET.apiVersion,
          kind: TARGET.kind,
          name: TARGET.name,
          uid: metadata.uid,
          controller: true,
        },
      ],
    },
  };
  await scene.cluster.create(lookAlike);
  await replaceSpec(spec => ({ ...spec, outputPorts: without(spec, 'outputPorts', 'orders-api') }));
  await settleOrders();
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'sales',
    name: 'orders-orders-api',
  };
  t.ok(await isGone(deployment));
  t.notOk(await isGone({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'look-alike' }));
  await replaceSpec(spec => ({ ...spec, outputPorts: [] }));
  await settleOrders();
  t.notOk(await isGone({ apiVersion: 'v1', kind: 'Service', namespace: 'sales', name: 'orders-orders' }));
});

t.test('without the lease nothing is written', async t => {
  await scene.cluster.remove({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'sales',
    name: 'orders-marts',
  });
  await scene.catchUp();
  scene.leads = false;
  scene.writes.length = 0;
  await t.rejects(scene.reconcile(ORDERS), { name: 'NotLeadingError' });
  t.strictSame(scene.writes, []);
  scene.leads = true;
  await settleOrders();
});

t.test('a reference that is missing holds the product, which heals when it appears', async t => {
  const key: Key = { kind: 'DataProduct', namespace: 'sales', name: 'early' };
  const ref = { ...TARGET, name: 'early' };
  const { spec } = await scene.cluster.get({ ...TARGET, name: 'product-catalog' });
  const early = { ...(spec as object), domainRef: 'nowhere', outputPorts: [], inputPorts: [] };
  await scene.cluster.create({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { namespace: 'sales', name: 'early' },
    spec: early,
  });
  await scene.catchUp();
  scene.writes.length = 0;
  await scene.reconcile(key);
  t.strictSame(scene.writes, ['status DataProduct']);
  t.match(await conditionsOf(scene, 'DataProduct', 'early', 'sales'), {
    Ready: { status: 'False', reason: 'DependencyNotReady', message: /nowhere/ },
    Stalled: undefined,
  });
  await scene.cluster.patch(ref, { type: 'merge', fields: { spec: { domainRef: 'sales' } } });
  await scene.catchUp();
  await scene.reconcile(key);
  t.match(await conditionsOf(scene, 'DataProduct', 'early', 'sales'), { Ready: { reason: 'Progressing' } });
});

t.test('what a consumer reads by goes and holds it; it is back, and the consumer heals', async t => {
  const key: Key = { kind: 'DataProduct', namespace: 'logistics', name: 'inventory' };
  const conditions = () => conditionsOf(scene, key.kind, key.name, key.namespace);
  const reconciled = async () => {
    await scene.catchUp();
    scene.writes.length = 0;
    await scene.reconcile(key);
    return [...scene.writes];
  };
  while ((await reconciled()).length > 0);
  const { Ready, Compliant } = await conditions();
  t.match([Ready, Compliant], [{ status: 'True' }, { status: 'True' }]);
  const cases: [kind: string, name: string, message: string, closed: string[]][] = [
    [
      'AccessAgreement',
      'inventory-catalog',
      'AccessAgreement "inventory-catalog" does not exist in namespace "sales"',
      ['apply NetworkPolicy'],
    ],
    [
      'DataContract',
      'product-catalog-v2-0-0',
      'contract "retail.sales.product-catalog 2.0.0" of DataProduct "product-catalog" does not exist',
      [],
    ],
  ];
  for (const [kind, name, message, closed] of cases) {
    const { apiVersion, metadata, spec } = await scene.cluster.get({ ...TARGET, kind, name });
    const { labels = {} } = metadata;
    await scene.cluster.remove({ ...TARGET, kind, name });
    t.strictSame(await reconciled(), [...closed, 'status DataProduct'], 'nothing but access changes');
    t.match(await conditions(), {
      Ready: { status: 'False', reason: 'DependencyNotReady', message },
      Compliant: { status: 'False', message: /DM-ACC-002/ },
      Stalled: undefined,
    });
    await scene.cluster.create({ apiVersion, kind, metadata: { namespace: 'sales', name, labels }, spec });
    await reconciled();
    t.match(await conditions(), { Ready, Compliant });
  }
});

t.test('an agreement without its consumer is not ready, and is when the consumer comes', async t => {
  const { apiVersion } = TARGET;
  const consumer = { namespace: 'logistics', product: 'late' };
  const key: Key = { kind: 'AccessAgreement', namespace: 'sales', name: 'late-catalog' };
  const { spec } = await scene.cluster.get({ ...TARGET, kind: key.kind, name: 'inventory-catalog' });
  const metadata = { namespace: key.namespace, name: key.name };
  await scene.cluster.create({
    apiVersion,
    kind: key.kind,
    metadata,
    spec: { ...(spec as object), consumer },
  });
  await scene.catchUp();
  await scene.reconcile(key);
  t.match(await conditionsOf(scene, key.kind, key.name, key.namespace), {
    Ready: {
      status: 'False',
      reason: 'DependencyNotReady',
      message: 'DataProduct "late" does not exist in namespace "logistics"',
    },
  });
  const late = { namespace: consumer.namespace, name: consumer.product };
  await scene.cluster.create({
    apiVersion,
    kind: 'DataProduct',
    metadata: late,
    spec: { domainRef: 'logistics' },
  });
  await scene.catchUp();
  await scene.reconcile(key);
  t.match(await conditionsOf(scene, key.kind, key.name, key.namespace), { Ready: { status: 'True' } });
  await scene.cluster.remove({ apiVersion, kind: key.kind, ...metadata });
  await scene.cluster.remove({ apiVersion, kind: 'DataProduct', ...late });
  await scene.catchUp();
});

t.test('an agreement closes by the clock, and the reconcile says when to look again', async t => {
  const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
  const agreement = { ...TARGET, kind: 'AccessAgreement', name: 'inventory-catalog' };
  await scene.cluster.patch(agreement, { type: 'merge', fields: { spec: { end: soon } } });
  await scene.catchUp();
  const key: Key = { kind: 'DataProduct', namespace: 'sales', name: 'product-catalog' };
  const access = () =>
    scene.cluster.get({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      namespace: 'sales',
      name: 'product-catalog-catalog-access',
    });
  const { requeueAfterMs = 0 } = await scene.reconcile(key);
  t.ok(requeueAfterMs > 0 && requeueAfterMs <= 3_600_000);
  t.match(JSON.stringify((await access())['spec']), /inventory/);
  await scene.catchUp();
  scene.skew = 3_600_000;
  await scene.reconcile(key);
  t.notMatch(JSON.stringify((await access())['spec']), /"inventory"/);
  scene.skew = 0;
});

t.test('a product in use is not let go, and says who uses it; then it goes', async t => {
  await scene.cluster.remove(TARGET);
  await settleOrders();
  const { Ready, Stalled } = await orderConditions();
  t.match(Ready, { status: 'False', reason: 'InUse', message: /logistics\/shipments uses port orders/ });
  t.match(Stalled, { status: 'True', reason: 'InUse' });
  t.ok(
    await scene.cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: 'sales', name: 'orders-orders' }),
  );
  for (const { name } of scene.store.keys('AccessAgreement'))
    if (name.endsWith('-orders')) await scene.cluster.remove({ ...TARGET, kind: 'AccessAgreement', name });
  await scene.catchUp();
  await scene.reconcile(ORDERS);
  t.ok(await isGone(TARGET));
});

function orderConditions(): ReturnType<typeof conditionsOf> {
  return conditionsOf(scene, 'DataProduct', 'orders', 'sales');
}

async function isGone(ref: ObjectRef): Promise<boolean> {
  return scene.cluster.get(ref).then(
    () => false,
    (error: unknown) => error instanceof ApiError && error.status === 404,
  );
}

/** Until the watches have caught up and one more reconcile writes nothing. */
async function settleOrders(): Promise<void> {
  do {
    await scene.catchUp();
    scene.writes.length = 0;
    await scene.reconcile(ORDERS);
  } while (scene.writes.length > 0);
}

async function replaceSpec(change: (spec: Record<string, unknown>) => object): Promise<void> {
  const object = await scene.cluster.get(TARGET);
  await scene.cluster.replace({ ...object, spec: change(object['spec'] as Record<string, unknown>) });
}

function without(spec: Record<string, unknown>, list: string, name: string): object[] {
  return (spec[list] as { name: string }[]).filter(item => item.name !== name);
}

async function patchStatus(ref: ObjectRef, status: object): Promise<void> {
  await scene.cluster.patch(ref, { type: 'merge', fields: { status } }, { subresource: 'status' });
}

async function childOf(type: string, owner: string): Promise<KubernetesObject> {
  const children = await childrenIn(scene, [type]);
  const found = children.find(({ metadata }) => metadata.labels?.['dappmesh.io/owner-name'] === owner);
  if (found === undefined) throw new Error(`${owner} has no ${type}`);
  return found;
}

function withoutBookkeeping({ metadata, ...rest }: KubernetesObject): object {
  const { managedFields: _fields, resourceVersion: _version, generation: _generation, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

/** What pods say of the values that they read. */
function annotationOf(spec: unknown): string | undefined {
  const { template } = spec as { template: { metadata: { annotations?: Record<string, string> } } };
  return template.metadata.annotations?.['dappmesh.io/secrets'];
}
