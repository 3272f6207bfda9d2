import t, { type Test } from 'tap';
import { type Cluster, connect } from '../../cluster/connect.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import type { Intake } from '../../reconciler/intake.ts';
import { startWatches } from '../../reconciler/watches.ts';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { newNamespace } from '../cluster/live.ts';
import { until } from '../until.ts';
import { installDefinition, removeDefinition, widget } from './widgets.ts';

const WIDGET = 'example.com/v1/Widget';

let plane: ControlPlane;
let cluster: Cluster;

t.before(async () => {
  plane = await startControlPlane();
  cluster = connect({ kubeconfig: plane.kubeconfig });
  const { code, stderr } = await plane.kubectl(['apply', '--server-side', '-f', 'gitops/manifest/crds']);
  if (code !== 0) throw new Error(stderr);
});

t.teardown(async () => {
  await cluster.close();
  await plane.stop();
});

const silent = { debug: () => {}, info: () => {}, warn: () => {} };

function watch(t: Test, types: readonly string[], through = cluster) {
  const seen = new Map<string, boolean>();
  const gone: string[] = [];
  const served: string[] = [];
  let missing: readonly string[] | undefined;
  const intake: Intake = {
    meshChanged: () => undefined,
    childChanged({ type, object, ours }) {
      const id = `${object.kind} ${object.metadata.name}`;
      if (type === 'applied') seen.set(id, ours);
      else seen.delete(id);
    },
    kindGone: (apiVersion, kind) => void gone.push(`${apiVersion}/${kind}`),
  };
  const watches = startWatches({
    cluster: through,
    intake,
    log: silent,
    fieldManager: 'dappmesh-reconciler',
    types,
    onWatchEvent: () => undefined,
    onServed: type => void served.push(type),
    onProgress(now) {
      missing = now;
    },
    timing: { backoff: { minMs: 50, maxMs: 500, resetMs: 120_000 } },
  });
  t.teardown(() => watches.stop());
  return { watches, seen, gone, served, complete: () => missing?.length === 0, missing: () => missing };
}

function configMap(namespace: string, name: string, labels = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels } };
}

const OURS = { 'app.kubernetes.io/managed-by': 'dappmesh' };

t.test('only what carries the label is seen, and whether we applied it', async t => {
  const namespace = await newNamespace(cluster);
  await cluster.apply(configMap(namespace, 'applied', OURS), { fieldManager: 'dappmesh-reconciler' });
  await cluster.create(configMap(namespace, 'made-by-hand', OURS));
  await cluster.create(configMap(namespace, 'foreign'));
  const { seen, complete, watches } = watch(t, ['v1/ConfigMap']);
  await until(complete);
  t.strictSame(
    [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    [
      ['ConfigMap applied', true],
      ['ConfigMap made-by-hand', false],
    ],
  );
  t.equal(watches.served('v1', 'ConfigMap'), true);
  t.equal(watches.served('v1', 'Secret'), false);
  await cluster.patch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'applied' },
    { type: 'merge', fields: { metadata: { labels: { 'app.kubernetes.io/managed-by': null } } } },
  );
  await until(() => !seen.has('ConfigMap applied'));
});

t.test('a kind comes, goes and comes back while we run', async t => {
  const namespace = await newNamespace(cluster);
  const { watches, seen, gone, served, complete } = watch(t, [WIDGET, 'v1/ConfigMap']);
  await until(complete);
  t.equal(watches.served('example.com/v1', 'Widget'), false);
  await installDefinition(cluster);
  await until(() => watches.served('example.com/v1', 'Widget'));
  await cluster.apply(widget(namespace, 'one', OURS), { fieldManager: 'dappmesh-reconciler' });
  await until(() => seen.has('Widget one'));
  await removeDefinition(cluster);
  await until(() => gone.includes(WIDGET) && !watches.served('example.com/v1', 'Widget'));
  // It may have come up again for a moment: the API server forgets a definition here sooner than there.
  served.length = 0;
  await installDefinition(cluster);
  await until(() => watches.served('example.com/v1', 'Widget'));
  await cluster.apply(widget(namespace, 'two', OURS), { fieldManager: 'dappmesh-reconciler' });
  await until(() => seen.has('Widget two'));
  t.ok(served.includes(WIDGET), 'told anew');
  await removeDefinition(cluster);
});

t.test('more kinds can be followed later, and a kind only once', async t => {
  const { watches, complete, missing, served } = watch(t, []);
  await until(complete);
  watches.follow(['v1/Secret', 'v1/ConfigMap']);
  watches.follow(['v1/Secret']);
  t.equal(missing()?.length, 2);
  await until(complete);
  t.strictSame(served.toSorted(), ['v1/ConfigMap', 'v1/Secret']);
});

t.test('a kind that may not be read does not hold up the others', async t => {
  const rules = [
    { apiGroups: ['dappmesh.io'], resources: ['*'], verbs: ['list', 'watch'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
  ];
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'reader' } };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' };
  await cluster.create({ ...rbac, kind: 'ClusterRole', rules });
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }];
  await cluster.create({ ...rbac, kind: 'ClusterRoleBinding', roleRef, subjects });
  const reader = connect({ kubeconfig: await plane.userKubeconfig('reader', ['system:authenticated']) });
  t.teardown(() => reader.close());
  const { watches, complete } = watch(t, ['v1/ConfigMap', 'v1/Secret'], reader);
  await until(complete);
  // The API server may need a moment to hear of the role: until then nothing could be read.
  await until(() => watches.served('v1', 'ConfigMap'));
  t.equal(watches.served('v1', 'Secret'), false);
  await cluster.patch(
    { ...rbac, kind: 'ClusterRole', name: 'reader' },
    { type: 'merge', fields: { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] } },
  );
  await until(() => watches.served('v1', 'Secret'));
});

t.test('a kind of reports that cannot be read, for whatever reason, holds nobody up', async t => {
  const found = { group: 'openreports.io', version: 'v1alpha1', plural: 'reports', namespaced: true };
  const odd: Cluster = {
    ...cluster,
    discover: async (apiVersion, kind) => (kind === 'Report' ? found : cluster.discover(apiVersion, kind)),
  };
  const { watches, complete } = watch(t, ['v1/ConfigMap', 'openreports.io/v1alpha1/Report'], odd);
  await until(complete);
  t.equal(watches.served('v1', 'ConfigMap'), true);
  t.equal(watches.served('openreports.io/v1alpha1', 'Report'), false);
});

t.test('nothing goes on after the end', async t => {
  const { watches, seen, complete } = watch(t, ['v1/ConfigMap', WIDGET]);
  const witness = watch(t, ['v1/ConfigMap']);
  await until(() => complete() && witness.complete());
  const before = [...seen];
  await watches.stop();
  await cluster.create(configMap(await newNamespace(cluster), 'late', OURS));
  await until(() => witness.seen.has('ConfigMap late'));
  t.strictSame([...seen], before);
});
