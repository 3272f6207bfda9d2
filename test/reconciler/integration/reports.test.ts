// Reports from end to end: nothing without their definitions, there when these come, gone with what they told of.

import t from 'tap';
import { ApiError } from '../../../cluster/api-error.ts';
import { NotServedError } from '../../../cluster/discovery.ts';
import type { ObjectRef } from '../../../cluster/kubernetes-object.ts';
import { findCrds } from '../../../tools/crds.ts';
import { until } from '../../until.ts';
import { openProcessScene } from './process-scene.ts';

const API_VERSION = 'openreports.io/v1alpha1';
const PRODUCT: ObjectRef = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'lonely',
};
const REPORT: ObjectRef = {
  apiVersion: API_VERSION,
  kind: 'Report',
  namespace: 'sales',
  name: 'dataproduct-lonely',
};

const scene = await openProcessScene(t, []);
const reconciler = await scene.reconciler(t);
await reconciler.leading();

t.test('where reports are not known, nobody misses them', async t => {
  const { apiVersion, kind, name } = PRODUCT;
  await scene.cluster.create({
    apiVersion,
    kind,
    metadata: { name, namespace: 'sales' },
    spec: { domainRef: 'sales', version: '1.0.0' },
  });
  await until(async () => (await scene.readyOf('DataProduct', 'sales/lonely')) !== '');
  t.equal((await reconciler.get('/readyz')).status, 200);
});

t.test('when their definitions come, what violates has one, and nothing else', async t => {
  const files = (await findCrds('openreports')).flatMap(file => ['-f', file]);
  await scene.kubectl('apply', '--server-side', ...files);
  await until(isReported);
  t.match(await scene.find(REPORT), { source: 'dappmesh', scope: { name: 'lonely' } });
  t.strictSame(await reports(), ['dataproduct-lonely']);
});

t.test('what is put right has no report any more, until it is wrong again', async t => {
  await changeOwner({ teamRef: 'checkout', contacts: [{ type: 'email', value: 'checkout@retail.example' }] });
  await until(async () => (await reports())?.length === 0);
  t.equal(await compliance(), 'True');
  await changeOwner(null);
  await until(isReported);
  t.equal(await compliance(), 'False');
});

t.test('when the definitions go, the reconciler goes on', async t => {
  await scene.kubectl('delete', 'crd', 'reports.openreports.io', 'clusterreports.openreports.io');
  await until(async () => (await reports()) === undefined);
  await changeOwner({ teamRef: 'checkout', contacts: [{ type: 'chat', value: '#checkout' }] });
  await until(async () => (await compliance()) === 'True');
  t.equal((await reconciler.get('/readyz')).status, 200);
});

async function changeOwner(owner: object | null): Promise<void> {
  await scene.cluster.patch(PRODUCT, { type: 'merge', fields: { spec: { owner } } });
}

async function compliance(): Promise<string | undefined> {
  const { status } = (await scene.find(PRODUCT)) as { status?: { conditions?: Record<string, string>[] } };
  return status?.conditions?.find(({ type }) => type === 'Compliant')?.['status'];
}

async function isReported(): Promise<boolean> {
  return ((await reports()) ?? []).length > 0;
}

/** Their names; undefined while nobody knows what a report is. */
async function reports(): Promise<string[] | undefined> {
  try {
    scene.cluster.forget(API_VERSION, 'Report');
    const resource = await scene.cluster.discover(API_VERSION, 'Report');
    return (await scene.cluster.list({ resource })).map(({ metadata }) => metadata.name);
  } catch (error) {
    if (error instanceof NotServedError || error instanceof ApiError) return undefined;
    throw error;
  }
}
