// A push, Flux, and the webhook and the reconciler behind it: what is synced, what is refused and where it says
// so, and that an interval in which nothing has changed writes nothing.

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../cluster/connect.ts';
import { startFlux } from '../../tools/flux.ts';
import { type FluxObject, fluxObjects } from '../../tools/flux-objects.ts';
import { startGitServer } from '../../tools/git-server.ts';
import { startReconcilerProcess } from '../reconciler/reconciler-process.ts';
import { openScene, succeed, until } from '../webhook/cluster-scene.ts';
import type { LogLine } from '../webhook/webhook-process.ts';
import { createRepository, Repository } from './git-repository.ts';
import { readManifests } from './read-manifests.ts';
import { EXAMPLES } from './run-dappmesh.ts';

const PRODUCT = 'domains/sales/orders/product.yaml';

const scene = await openScene(t);
const { plane } = scene;
const root = t.testdirName;
const work = await createRepository(join(root, 'work'));
const bare = new Repository(join(root, 'mesh.git'));
await work.git('init', '--quiet', '--bare', '--initial-branch=main', bare.folder);
await work.git('remote', 'add', 'origin', bare.folder);
const gitServer = await startGitServer(root);
t.teardown(() => gitServer.stop());

const cluster = connect({ kubeconfig: plane.kubeconfig });
t.teardown(() => cluster.close());
const [webhook, flux] = await Promise.all([scene.webhook(t), startFlux(plane)]);
t.teardown(() => flux.stop());
await webhook.ready();
await scene.install(webhook.port);
await succeed(plane.kubectl(['apply', '-f', 'gitops/manifest/app/editor-clusterrole.yaml']));
const reconciler = await startReconcilerProcess([
  `--kubeconfig=${plane.kubeconfig}`,
  `--bundle=${scene.bundle}`,
  '--no-leader-election',
]);
t.teardown(() => reconciler.stop());
const SALES_SYNC = 'system:serviceaccount:sales:sales-sync';
const ORDERS = { name: 'orders', namespace: 'sales' };

interface Sync {
  readonly ready: string;
  readonly message: string;
  readonly applied: string;
  readonly attempted: string;
  readonly handled: string;
}

type Ref = FluxObject['metadata'];

/** As far as it is looked at here. */
interface Live {
  readonly metadata: {
    readonly generation: number;
    readonly managedFields: readonly { readonly manager: string }[];
  };
  readonly spec: { readonly version?: string };
  readonly status?: {
    readonly conditions?: readonly Readonly<Record<string, string>>[];
    readonly lastAppliedRevision?: string;
    readonly lastAttemptedRevision?: string;
    readonly lastHandledReconcileAt?: string;
  };
}

async function read(apiVersion: string, kind: string, ref: Ref): Promise<Live> {
  return (await cluster.get({ apiVersion, kind, ...ref })) as unknown as Live;
}

const readOrders = () => read('dappmesh.io/v1alpha1', 'DataProduct', ORDERS);

function writtenByFlux({ metadata }: Live): unknown {
  const { generation, managedFields } = metadata;
  return [generation, ...managedFields.filter(({ manager }) => manager === 'kustomize-controller')];
}

/** What the webhook answered when Flux sent the orders under the account of their domain. */
function answered(operation: string): Promise<LogLine> {
  const looked = {
    webhook: 'validate',
    resource: 'dataproducts',
    name: 'orders',
    operation,
    user: SALES_SYNC,
  };
  return webhook.logged(line => Object.entries(looked).every(([field, value]) => line[field] === value));
}

async function syncOf(ref: Ref): Promise<Sync> {
  const { status = {} } = await read('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', ref);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const commitOf = (revision = '') => revision.replace('main@sha1:', '');
  return {
    ready: `${ready?.['status']} ${ready?.['reason']}`,
    message: ready?.['message'] ?? '',
    applied: commitOf(status.lastAppliedRevision),
    attempted: commitOf(status.lastAttemptedRevision),
    handled: status.lastHandledReconcileAt ?? '',
  };
}

/** Waits until the revision is applied. */
async function synced(ref: Ref, revision: string): Promise<void> {
  let sync: Sync | undefined;
  const isApplied = async () => {
    sync = await syncOf(ref);
    return sync.applied === revision && sync.ready.startsWith('True');
  };
  await until(isApplied, { pauseMs: 200, seen: () => sync });
}

async function push(message: string): Promise<string> {
  const revision = await work.commit(message);
  await work.git('push', '--quiet', 'origin', 'main');
  return revision;
}

async function edit(change: (text: string) => string): Promise<void> {
  const file = join(work.folder, PRODUCT);
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/** What syncs them, as the repository has it. */
async function products(): Promise<Ref[]> {
  return (await readManifests(join(work.folder, 'flux'))).map(({ object: { metadata } }) => ({
    name: metadata.name ?? '',
    namespace: metadata.namespace ?? '',
  }));
}

t.test('a push is synced: the mesh first, then each product under the account of its domain', async t => {
  await cp(join(EXAMPLES, 'retail'), work.folder, { recursive: true });
  const revision = await push('Start the mesh');
  const objects = await fluxObjects(`${gitServer.url}/mesh.git`);
  await succeed(scene.apply({ apiVersion: 'v1', kind: 'List', items: objects }, '--server-side'));
  for (const name of ['mesh', 'products']) await synced({ name, namespace: 'flux-system' }, revision);
  for (const ref of await products()) await synced(ref, revision);
  t.match(await answered('CREATE'), { decision: 'allowed' });
});

t.test(
  'an interval in which nothing has changed is allowed without evaluating, and writes nothing',
  async t => {
    const before = await readOrders();
    const requestedAt = new Date().toISOString();
    const annotation = `reconcile.fluxcd.io/requestedAt=${requestedAt}`;
    const { name, namespace } = ORDERS;
    await succeed(plane.kubectl(['annotate', 'kustomization', name, '-n', namespace, annotation]));
    await until(async () => (await syncOf(ORDERS)).handled === requestedAt);
    t.match(await answered('UPDATE'), { decision: 'unchanged', dryRun: true });
    t.strictSame(writtenByFlux(await readOrders()), writtenByFlux(before));
  },
);

t.test(
  'a refusal stands in the Kustomization, with every code and its remedy, and the old spec stays',
  async t => {
    await edit(text =>
      text
        .replace('version: "1.2.0"', 'version: "1.2"')
        .replace('residency: eu-central', 'residency: us-east'),
    );
    const revision = await push('Move the orders');
    let sync = await syncOf(ORDERS);
    await until(
      async () => {
        sync = await syncOf(ORDERS);
        return sync.attempted === revision && sync.message.includes('denied the request');
      },
      { pauseMs: 200, seen: () => sync },
    );
    const { ready, message, applied } = sync;
    t.equal(ready, 'False ReconciliationFailed');
    t.match(
      message,
      /^DataProduct\/sales\/orders dry-run failed \(Forbidden\): admission webhook "validate\.dappmesh\.io" denied/,
    );
    for (const code of ['DM-VER-002', 'DM-SEC-001'])
      t.match(message, `[${code}] DataProduct/sales/orders spec.`);
    t.not(applied, revision);
    t.equal((await readOrders()).spec.version, '1.2.0');
  },
);

t.test('with the next push it heals by itself', async t => {
  await edit(text => text.replace('version: "1.2"', 'version: "1.2.1"').replace('us-east', 'eu-central'));
  const revision = await push('Put the orders back');
  await synced(ORDERS, revision);
  t.equal((await readOrders()).spec.version, '1.2.1');
});
