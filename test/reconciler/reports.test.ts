// Reports against a real API server, with the CustomResourceDefinitions that OpenReports publishes.

import t from 'tap';
import type { KubernetesObject, ObjectRef } from '../../cluster/kubernetes-object.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import type { Key } from '../../reconciler/key.ts';
import { REPORT_TYPES, toReport } from '../../reconciler/report.ts';
import { findCrds } from '../../tools/crds.ts';
import { until } from '../until.ts';
import { childrenIn } from './children-in.ts';
import { conditionsOf, type Scene, startScene } from './scene.ts';

const ORDERS: Key = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const OURS = { apiVersion: 'dappmesh.io/v1alpha1', namespace: 'sales' };
const PRODUCT: ObjectRef = { ...OURS, kind: 'DataProduct', name: 'orders' };
const REPORT: ObjectRef = {
  apiVersion: 'openreports.io/v1alpha1',
  kind: 'Report',
  namespace: 'sales',
  name: 'dataproduct-orders',
};
const FAILED = { policy: 'DM-OWN-001', rule: 'owner-present', result: 'fail' };

let scene: Scene;
let contacts: unknown;

t.before(async () => {
  scene = await startScene(t);
  const { spec } = (await scene.cluster.get(PRODUCT)) as { spec?: { owner?: { contacts?: unknown } } };
  contacts = spec?.owner?.contacts;
});

t.test('where reports are not known, a violation is a condition and nothing else', async t => {
  await changeContacts(null);
  await scene.settle();
  t.match(await conditionsOf(scene, 'DataProduct', 'orders', 'sales'), {
    Compliant: { status: 'False', reason: 'PolicyViolated' },
  });
  scene.restart();
  t.strictSame(await writesOfAll(), []);
});

t.test('installed while we run, they appear: only for what violates, and only once', async t => {
  await installReports();
  await until(() => REPORT_TYPES.every(isServed));
  t.strictSame(await writesOfAll(), ['apply Report']);
  const report = await scene.cluster.get(REPORT);
  const { metadata } = await scene.cluster.get(PRODUCT);
  t.match(report, {
    metadata: {
      labels: { 'app.kubernetes.io/managed-by': 'dappmesh', 'dappmesh.io/owner-name': 'orders' },
      ownerReferences: [{ kind: 'DataProduct', name: 'orders', uid: metadata.uid, controller: true }],
    },
    source: 'dappmesh',
    scope: { kind: 'DataProduct', namespace: 'sales', name: 'orders', uid: metadata.uid },
    summary: { fail: 1, warn: 0 },
    results: [{ ...FAILED, severity: 'high', properties: { path: 'spec.owner.contacts', level: 'deny' } }],
  });
  await scene.catchUp();
  t.strictSame(await writesOfAll(), [], 'a second pass');
  scene.restart();
  t.strictSame(await writesOfAll(), [], 'after a restart');
  t.equal((await reports()).length, 1);
});

t.test('a report that was edited is put right, one that was deleted comes back', async t => {
  const before = (await scene.cluster.get(REPORT))['results'];
  await scene.cluster.patch(REPORT, { type: 'merge', fields: { results: [] } }, { fieldManager: 'kubectl' });
  await settleOrders();
  t.strictSame((await scene.cluster.get(REPORT))['results'], before);
  await scene.cluster.remove(REPORT);
  await settleOrders();
  t.strictSame((await scene.cluster.get(REPORT))['results'], before);
});

t.test('suspended or waiting, the object has its report all the same', async t => {
  await changeSpec({ suspend: true });
  await scene.cluster.remove(REPORT);
  t.strictSame(await writesOfOrders(), ['status DataProduct', 'apply Report']);
  await changeSpec({ suspend: null, domainRef: 'nowhere' });
  await settleOrders();
  t.match(await conditionsOf(scene, 'DataProduct', 'orders', 'sales'), {
    Ready: { status: 'False', reason: 'DependencyNotReady' },
  });
  const codes = ((await scene.cluster.get(REPORT))['results'] as { policy: string }[]).map(r => r.policy);
  t.ok(codes.includes('DM-OWN-001') && codes.includes('DM-OWN-003'), codes.join());
  await changeSpec({ domainRef: 'sales' });
  await settleOrders();
  t.match((await scene.cluster.get(REPORT))['results'], [FAILED]);
});

t.test('what is exempt is skipped, by name', async t => {
  const name = 'orders-contact';
  const exemption = { ...OURS, kind: 'PolicyExemption', name };
  await scene.cluster.create({
    apiVersion: OURS.apiVersion,
    kind: exemption.kind,
    metadata: { name, namespace: OURS.namespace },
    spec: {
      policy: 'DM-OWN-001',
      target: { kind: 'DataProduct', name: 'orders' },
      reason: 'the team is being set up',
      approvedBy: 'governance',
      expires: `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z`, // well within the Mesh's limit
    },
  });
  await settleOrders();
  t.match(await scene.cluster.get(REPORT), {
    summary: { fail: 0, skip: 1 },
    results: [{ policy: 'DM-OWN-001', result: 'skip', properties: { exemption: name } }],
  });
  await scene.cluster.remove(exemption);
  await settleOrders();
  t.match(await scene.cluster.get(REPORT), { summary: { fail: 1, skip: 0 } });
});

t.test('once it is fixed, the report goes, and nothing is written any more', async t => {
  await changeContacts(contacts);
  t.strictSame(await writesOfOrders(), ['status DataProduct', 'prune Report']);
  await scene.settle();
  t.strictSame(await reports(), []);
  t.match(await conditionsOf(scene, 'DataProduct', 'orders', 'sales'), { Compliant: { status: 'True' } });
});

t.test('a report of that name that somebody else made stays as it is', async t => {
  const { apiVersion, kind, name } = REPORT;
  const metadata = { namespace: 'sales', name };
  await scene.cluster.create({ apiVersion, kind, metadata, source: 'theirs' });
  await changeContacts(null);
  await settleOrders();
  t.match(await scene.cluster.get(REPORT), { source: 'theirs', results: undefined });
  const { Compliant, Stalled } = await conditionsOf(scene, 'DataProduct', 'orders', 'sales');
  t.match([Compliant?.status, Stalled], ['False', undefined]);
  await changeContacts(contacts);
  await settleOrders();
  t.match(await scene.cluster.get(REPORT), { source: 'theirs' });
  await scene.cluster.remove(REPORT);
});

t.test('both kinds of reports, whole and cut, have no field that the API server does not know', async t => {
  for (const [kind, namespace, name] of [
    ['Domain', undefined, 'sales'],
    ['DataProduct', 'sales', 'orders'],
  ] as const)
    for (const count of [1, 60]) {
      const owner = await scene.cluster.get({ ...OURS, kind, namespace, name });
      const report = toReport(owner, manyFindings(kind, count), scene.engine.bundle.policies);
      if (report === undefined) throw new Error('no report');
      const whole = finishChild(report, owner);
      t.equal(await faultOf(whole), '', `${kind}, ${count}`);
      t.match(await faultOf({ ...whole, surplus: true }), /surplus/);
    }
});

/** What the API server has against an object. */
async function faultOf(object: object): Promise<string> {
  const { code, stderr } = await scene.plane.kubectl(
    ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
    { input: JSON.stringify(object) },
  );
  return code === 0 ? '' : stderr;
}

function manyFindings(kind: string, count: number): Finding[] {
  return Array.from({ length: count }, (_, at) => ({
    kind,
    namespace: '',
    name: 'x',
    code: 'DM-OWN-001',
    severity: 'critical',
    enforcement: 'warn',
    path: ['spec', at],
    message: 'm',
    remedy: 'r',
    exemption: 'late',
    details: {},
  }));
}

async function installReports(): Promise<void> {
  const files = (await findCrds('openreports')).flatMap(file => ['-f', file]);
  const { code, stderr } = await scene.plane.kubectl(['apply', '--server-side', ...files]);
  if (code !== 0) throw new Error(stderr);
}

function isServed(type: string): boolean {
  const slash = type.lastIndexOf('/');
  return scene.served(type.slice(0, slash), type.slice(slash + 1));
}

function reports(): Promise<KubernetesObject[]> {
  return childrenIn(scene, REPORT_TYPES);
}

async function changeSpec(spec: object): Promise<void> {
  await scene.cluster.patch(PRODUCT, { type: 'merge', fields: { spec } });
  await scene.catchUp();
}

function changeContacts(to: unknown): Promise<void> {
  return changeSpec({ owner: { contacts: to } });
}

async function writesOfAll(): Promise<string[]> {
  scene.writes.length = 0;
  await scene.reconcileAll();
  return [...scene.writes];
}

async function writesOfOrders(): Promise<string[]> {
  await scene.catchUp();
  scene.writes.length = 0;
  await scene.reconcile(ORDERS);
  return [...scene.writes];
}

async function settleOrders(): Promise<void> {
  while ((await writesOfOrders()).length > 0);
}
