// The process from end to end: builds, repairs, moves, expires, and is quiet when there is nothing to do.

import { copyFile, rename, writeFile } from 'node:fs/promises';
import t from 'tap';
import { until } from '../../until.ts';
import { openProcessScene, settled } from './process-scene.ts';

const scene = await openProcessScene(t, ['customer', 'logistics', 'sales']);
const { cluster } = scene;
const reconciler = await scene.reconciler(t);
await reconciler.leading();
await settled(scene);

const POLICY = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'sales' };
const AGREEMENT = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'AccessAgreement',
  namespace: 'sales',
  name: 'shipments-orders',
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

/** As the API takes it, so many milliseconds from now. */
function timeIn(ms: number): string {
  return `${new Date(Date.now() + ms).toISOString().slice(0, 19)}Z`;
}

/** Deletes a NetworkPolicy and waits until it is there again. */
async function repaired(name: string): Promise<void> {
  const ref = { ...POLICY, name };
  const { metadata } = await cluster.get(ref);
  await cluster.remove(ref);
  await until(async () => {
    const now = await scene.find(ref);
    return now !== undefined && now.metadata.uid !== metadata.uid;
  });
}

t.test('products become objects, and every object says how it stands', async t => {
  const children = await scene.children();
  t.ok([...children.keys()].some(id => id.startsWith('NetworkPolicy sales/orders')));
  for (const [kind, path] of [
    ['Mesh', 'retail'],
    ['Domain', 'sales'],
    ['DataProduct', 'sales/orders'],
    ['DataContract', 'sales/orders-v1-2-0'],
    ['AccessAgreement', 'sales/shipments-orders'],
  ] as const)
    t.match(await scene.readyOf(kind, path), /^(True|False|Unknown) \w+$/, path);
});

t.test('nothing is written when nothing has changed, nor after a restart', async t => {
  const before = await settled(scene);
  const second = await scene.reconciler(t, '--no-leader-election');
  await second.leading();
  const after = await settled(scene);
  t.equal(await second.writes(), 0);
  for (const [id, child] of after)
    t.equal(child.metadata.resourceVersion, before.get(id)?.metadata.resourceVersion, id);
  await second.stop();
});

t.test(
  'a child that is deleted comes back, one that is edited is put right, foreign fields stay',
  async t => {
    const ref = { ...POLICY, name: 'orders-orders-access' };
    const before = await cluster.get(ref);
    await repaired(ref.name);
    const edits = { metadata: { annotations: { 'example.com/note': 'mine' } }, spec: { ingress: [] } };
    await cluster.patch(ref, { type: 'merge', fields: edits }, { fieldManager: 'dappmesh-reconciler' });
    await until(async () => {
      const now = await cluster.get(ref);
      return JSON.stringify(now['spec']) === JSON.stringify(before['spec']);
    });
    t.equal((await cluster.get(ref)).metadata.annotations?.['example.com/note'], 'mine');
  },
);

t.test('an agreement ends by the clock, and its door closes', async () => {
  const opened = async () =>
    [...(await scene.children())].filter(
      ([id, { spec }]) =>
        id.startsWith('NetworkPolicy sales/orders') && JSON.stringify(spec).includes('shipments'),
    ).length;
  const standing = () => scene.readyOf('AccessAgreement', 'sales/shipments-orders');
  await until(async () => (await opened()) > 0 && (await standing()) === 'True InForce');
  await cluster.patch(AGREEMENT, { type: 'merge', fields: { spec: { end: timeIn(4_000) } } });
  await until(async () => (await standing()) === 'True Expired');
  await until(async () => (await opened()) === 0);
});

t.test('an exemption ends by the clock, and what it exempted no longer complies', async t => {
  const product = { ...AGREEMENT, kind: 'DataProduct', name: 'orders' };
  const compliance = async () => {
    const { status } = (await cluster.get(product)) as { status?: { conditions?: Condition[] } };
    const found = status?.conditions?.find(({ type }) => type === 'Compliant');
    return `${found?.status} ${found?.message}`;
  };
  const exemption = {
    apiVersion: AGREEMENT.apiVersion,
    kind: 'PolicyExemption',
    metadata: { name: 'nameless', namespace: 'sales' },
    spec: {
      policy: 'DM-OWN-001',
      target: { kind: 'DataProduct', namespace: 'sales', name: 'orders' },
      reason: 'The team is being founded.',
      owner: 'checkout',
      approvedBy: 'anna.keller@retail.example',
      expires: timeIn(3_600_000),
    },
  };
  await cluster.create(exemption);
  const { spec } = await cluster.get(product);
  const { contacts } = (spec as { owner: { contacts: unknown } }).owner;
  await cluster.patch(product, { type: 'merge', fields: { spec: { owner: { contacts: [] } } } });
  await until(async () => (await compliance()).includes('exempted by nameless'));
  t.match(await compliance(), /^True/);
  const ref = { ...AGREEMENT, kind: 'PolicyExemption', name: 'nameless' };
  await cluster.patch(ref, { type: 'merge', fields: { spec: { expires: timeIn(3_000) } } });
  await until(async () => (await compliance()).startsWith('False'));
  t.match(await compliance(), 'DM-OWN-001');
  await cluster.patch(product, { type: 'merge', fields: { spec: { owner: { contacts } } } });
  await cluster.remove(ref);
  await until(async () => (await compliance()).startsWith('True'));
});

t.test('a product that is renamed is built under its new name, and the old one is let go', async t => {
  const ref = { ...AGREEMENT, kind: 'DataProduct' };
  const old = await cluster.get({ ...ref, name: 'sales-insights' });
  const { inputPorts: _, ...spec } = old['spec'] as Record<string, unknown>;
  const metadata = { name: 'insights', namespace: 'sales', labels: old.metadata.labels ?? {} };
  await cluster.create({ apiVersion: old.apiVersion, kind: old.kind, metadata, spec });
  await until(
    async () => (await scene.readyOf('DataProduct', 'sales/insights')) === 'False DependencyNotReady',
  );
  await cluster.remove({ ...ref, name: 'sales-insights' });
  const contract = { ...ref, kind: 'DataContract', name: 'sales-insights-v1-0-0' };
  await cluster.patch(contract, { type: 'merge', fields: { spec: { productRef: 'insights' } } });
  await until(async () => (await scene.find({ ...POLICY, name: 'insights-network' })) !== undefined);
  // No garbage collector runs here, so what belonged to the old one is still there; but nobody puts it back.
  await cluster.remove({ ...POLICY, name: 'sales-insights-network' });
  // Seen after the removal before it, which is therefore seen too.
  await repaired('insights-network');
  await settled(scene);
  t.equal(await scene.find({ ...POLICY, name: 'sales-insights-network' }), undefined);
});

t.test('a product moves to another domain, and is rebuilt once a team of that domain owns it', async t => {
  const ref = { ...AGREEMENT, kind: 'DataProduct', name: 'product-catalog' };
  const domains = async () => {
    const found = [...(await scene.children())]
      .filter(([id]) => id.includes(' sales/product-catalog'))
      .map(([, { metadata }]) => metadata.labels?.['dappmesh.io/domain']);
    return [...new Set(found)].join();
  };
  t.equal(await domains(), 'sales');
  await cluster.patch(ref, { type: 'merge', fields: { spec: { domainRef: 'logistics' } } });
  await until(
    async () => (await scene.readyOf('DataProduct', 'sales/product-catalog')) === 'False DependencyNotReady',
  );
  t.equal(await domains(), 'sales', 'nothing is touched meanwhile');
  await cluster.patch(ref, { type: 'merge', fields: { spec: { owner: { teamRef: 'warehousing' } } } });
  await until(async () => (await domains()) === 'logistics');
});

t.test('a bad bundle is refused while the old one serves, and that one again is no news', async t => {
  const swaps = (outcome: string) => reconciler.metric(`dappmesh_bundle_swaps_total{outcome="${outcome}"}`);
  const [refused, taken] = [await swaps('refused'), await swaps('taken')];
  await writeFile(`${scene.bundle}.bad`, 'no bundle');
  await copyFile(scene.bundle, `${scene.bundle}.good`);
  await rename(`${scene.bundle}.bad`, scene.bundle);
  await until(async () => (await reconciler.metric('dappmesh_bundle_healthy')) === 0);
  t.equal(await swaps('refused'), refused + 1);
  t.equal((await reconciler.get('/readyz')).status, 200);
  await rename(`${scene.bundle}.good`, scene.bundle);
  await until(async () => (await reconciler.metric('dappmesh_bundle_healthy')) === 1);
  t.equal(await swaps('taken'), taken);
});

t.test('it ends with 0 on SIGTERM, and says so', async t => {
  t.ok((await reconciler.writes()) > 0);
  t.equal(await reconciler.stop(), 0);
  t.ok(reconciler.lines.some(({ msg }) => msg === 'lease released'));
  t.equal(reconciler.lines.at(-1)?.msg, 'ended');
});
