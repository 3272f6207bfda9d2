// Changes of a mesh that has been built, before a real API server, which knows what may change in an object that is
// there: each passes, or the status says what is in the way and everything stays as it was.

import { join } from 'node:path';
import t from 'tap';
import type { ObjectRef } from '../../cluster/kubernetes-object.ts';
import { readManifests } from '../gitops/read-manifests.ts';
import { EXAMPLES, runDappmesh } from '../gitops/run-dappmesh.ts';
import { until } from '../until.ts';
import { childrenIn } from './children-in.ts';
import { completeChildren, conditionsOf, type Scene, startScene } from './scene.ts';

const DAPPMESH = 'dappmesh.io/v1alpha1';
const ORDERS: ObjectRef = { apiVersion: DAPPMESH, kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const RETAIL: ObjectRef = { apiVersion: DAPPMESH, kind: 'Mesh', name: 'retail' };
const CLAIM: ObjectRef = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  namespace: 'sales',
  name: 'orders-intake',
};
const SERVER: ObjectRef = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  namespace: 'sales',
  name: 'orders-intake',
};

type Fields = Record<string, unknown>;

/** Where `startScene` builds it. */
const BUNDLE = join(t.testdirName, 'bundle.tar.gz');

let scene: Scene;

t.before(async () => {
  scene = await startScene(t);
  await scene.cluster.create({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'example.com/disks',
    allowVolumeExpansion: true,
  });
  await scene.settle();
  await completeChildren(scene);
  await scene.settle();
});

t.test('a plan finds what the reconciler has built, digests of passwords included', async t => {
  const args = ['plan', 'retail/domains/sales/orders', '--tree', 'retail', '--cluster', '--bundle', BUNDLE];
  const env = { KUBECONFIG: scene.plane.kubeconfig };
  const { stdout, stderr } = await runDappmesh(args, { cwd: EXAMPLES, env });
  t.match(stdout, /plan: 0 to create, 0 to change, 0 to prune, [1-9]/, stderr);
});

t.test('tiers that are inserted and reordered give pods other classes, and the Mesh is ready', async t => {
  const before = await classesInUse();
  await change(RETAIL, ({ tiers = [] }: { tiers?: { name: string }[] }) => ({
    tiers: [{ name: 'platinum' }, ...tiers.toReversed()],
  }));
  await scene.settle();
  t.match(await conditionsOf(scene, 'Mesh', 'retail'), { Ready: { status: 'True' }, Stalled: undefined });
  const after = await classesInUse();
  t.strictSame([before, after], ['retail-gold-1000000', 'retail-gold-997000']);
  const classes = await childrenIn(scene, ['scheduling.k8s.io/v1/PriorityClass']);
  t.strictSame(classes.map(({ metadata }) => metadata.name).toSorted(), [
    'retail-bronze-999000',
    'retail-gold-997000',
    'retail-platinum-1000000',
    'retail-silver-998000',
  ]);
  t.notOk((await orderConditions())['Stalled']);
});

t.test('a volume grows, and the server stays as it is', async t => {
  const { metadata } = await scene.cluster.get(SERVER);
  await bind('20Gi');
  await changeIntake({ size: '40Gi' });
  t.match(await scene.cluster.get(CLAIM), { spec: { resources: { requests: { storage: '40Gi' } } } });
  t.equal((await scene.cluster.get(SERVER)).metadata.generation, metadata.generation);
  t.notOk((await orderConditions())['Stalled']);
});

t.test('a volume that is to shrink, or to lie elsewhere, stays, and the status says why', async t => {
  await bind('40Gi');
  const refused = [
    [{ size: '5Gi' }, /PersistentVolumeClaim orders-intake: .*can not be less than/],
    [
      { size: '40Gi', parameters: { storageClassName: 'fast' } },
      /PersistentVolumeClaim orders-intake: .*immutable/,
    ],
  ] as const;
  for (const [fields, message] of refused) {
    await changeIntake(fields);
    t.match(await orderConditions(), {
      Stalled: { status: 'True', reason: 'ReconciliationFailed', message },
    });
    t.match(await scene.cluster.get(CLAIM), { spec: { resources: { requests: { storage: '40Gi' } } } });
  }
  await changeIntake({ size: '40Gi', parameters: {} });
  t.notOk((await orderConditions())['Stalled'], 'taken back');
});

t.test('a store on another engine keeps its Service and leaves its volume', async t => {
  await serveClusters();
  const classes = await readManifests(join(import.meta.dirname, '../../gitops/manifest/engines'));
  for (const { object } of classes)
    if (object.metadata.name.startsWith('cloudnative-pg-')) await scene.cluster.create(object);
  await changeIntake({ engineClass: 'cloudnative-pg-operational' });
  t.match(await orderConditions(), {
    Ready: { reason: 'Progressing', message: /Cluster orders-intake/ },
    Stalled: undefined,
  });
  t.match(await scene.cluster.get({ ...SERVER, apiVersion: 'v1', kind: 'Service' }), {
    spec: { selector: { 'cnpg.io/cluster': 'orders-intake' } },
  });
  await t.rejects(scene.cluster.get(SERVER), { name: 'ApiError', message: /not found/ });
  t.equal((await scene.cluster.get(CLAIM)).metadata.deletionTimestamp, undefined);
});

t.test('a store comes to an embedded engine from another one, too', async t => {
  const put = async (engineClass: string) => {
    await change(ORDERS, ({ storage }: { storage: { name: string }[] }) => ({
      storage: [
        ...storage.filter(({ name }) => name !== 'vault'),
        { name: 'vault', role: 'operational', engineClass },
      ],
    }));
    await scene.settle();
    t.notOk((await orderConditions())['Stalled'], engineClass);
  };
  await put('cloudnative-pg-operational');
  await put('embedded-operational');
  t.ok(await scene.cluster.get({ ...SERVER, name: 'orders-vault' }));
});

t.test(
  'a store that ports need on their engine keeps everything, and the status says what they need',
  async t => {
    await changeStorage('marts', { engineClass: 'cloudnative-pg-analytics' });
    t.match(await orderConditions(), {
      Ready: {
        reason: 'DependencyNotReady',
        message: /needs a storage entry of blueprint embedded-postgres/,
      },
      Stalled: undefined,
    });
    t.ok(await scene.cluster.get({ ...SERVER, name: 'orders-marts' }));
  },
);

/** The priority class of the pods of orders. */
async function classesInUse(): Promise<unknown> {
  const { spec } = await scene.cluster.get(SERVER);
  return (spec as { template: { spec: Fields } }).template.spec['priorityClassName'];
}

function orderConditions(): ReturnType<typeof conditionsOf> {
  return conditionsOf(scene, 'DataProduct', 'orders', 'sales');
}

async function change<Spec>(ref: ObjectRef, changed: (spec: Spec) => object): Promise<void> {
  const object = await scene.cluster.get(ref);
  await scene.cluster.replace({
    ...object,
    spec: { ...(object['spec'] as Fields), ...changed(object['spec'] as Spec) },
  });
}

const changeIntake = (fields: object) => changeStorage('intake', fields);

async function changeStorage(name: string, fields: object): Promise<void> {
  await change(ORDERS, ({ storage }: { storage: { name: string }[] }) => ({
    storage: storage.map(entry => (entry.name === name ? { ...entry, ...fields } : entry)),
  }));
  await scene.settle();
}

/** What whoever provisions volumes would answer. */
async function bind(storage: string): Promise<void> {
  const status = { phase: 'Bound', capacity: { storage } };
  await scene.cluster.patch(CLAIM, { type: 'merge', fields: { status } }, { subresource: 'status' });
  await scene.settle();
}

/** A definition of the name that CloudNativePG gives, for objects of any content. */
async function serveClusters(): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const names = { kind: 'Cluster', listKind: 'ClusterList', plural: 'clusters', singular: 'cluster' };
  const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {} } };
  await scene.cluster.create({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'clusters.postgresql.cnpg.io' },
    spec: { group: 'postgresql.cnpg.io', scope: 'Namespaced', names, versions: [version] },
  });
  await until(() => scene.served('postgresql.cnpg.io/v1', 'Cluster'));
}
