// The reconciler's manifests: it can do its work on a real API server with exactly its own rights, and nothing else.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../../cluster/connect.ts';
import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import { finishChild } from '../../../policies/engine/children/child.ts';
import { createEngine, type Engine } from '../../../policies/engine/engine.ts';
import { loadBundle } from '../../../policies/engine/loading/bundle.ts';
import { buildReview, type MeshObject, type NamedContract } from '../../../policies/engine/verdict/review.ts';
import { typesMadeBy } from '../../../reconciler/bundle.ts';
import { OPTIONS } from '../../../reconciler/options.ts';
import { KINDS, kindInfo } from '../../../schemas/kinds.ts';
import { type ControlPlane, startControlPlane } from '../../../tools/control-plane.ts';
import { findCrds } from '../../../tools/crds.ts';
import { installKinds } from '../../install-kinds.ts';
import { shippedBundle } from '../../shipped-bundle.ts';
import { readManifests } from '../read-manifests.ts';

const GITOPS = join(import.meta.dirname, '../../../gitops');
const APP = join(GITOPS, 'manifest/app');
const USER = 'system:serviceaccount:dappmesh-system:dappmesh-reconciler';
const MANAGER = '--field-manager=dappmesh-reconciler';

let plane: ControlPlane;
let reconciler: string;
let engine: Engine;
let meshObjects: MeshObject[];

t.before(async () => {
  plane = await startControlPlane();
  t.teardown(() => plane.stop());
  reconciler = await plane.userKubeconfig(USER, ['system:serviceaccounts', 'system:authenticated']);
  const projects = ['cert-manager', 'openreports', 'prometheus-operator'] as const;
  const crds = (await Promise.all(projects.map(project => findCrds(project)))).flat();
  await asAdmin(['apply', '--server-side', ...crds.flatMap(file => ['-f', file])]);
  await installKinds(plane);
  await asAdmin(['wait', '--for=condition=Established', '--timeout=180s', 'crd', '--all']);
  // Without the webhooks: nobody answers them here.
  const app = (await readManifests(APP)).filter(
    ({ object }) => !object.kind.endsWith('WebhookConfiguration'),
  );
  await asAdmin(['apply', '-f', '-'], list(app.map(({ object }) => object)));
  // Without what Flux is told: its definitions are not here.
  const examples = (await readManifests(join(GITOPS, 'examples/retail')))
    .map(({ object }) => object)
    .filter(({ kind }) => kind !== 'Kustomization');
  const namespaces = examples.filter(({ kind }) => kind === 'Namespace');
  for (const objects of [namespaces, examples])
    await asAdmin(['apply', '--server-side', '-f', '-'], list(objects));
  meshObjects = await storedObjects();
  const path = await shippedBundle(join(t.testdir(), 'bundle.tar.gz'));
  engine = await createEngine({
    bundle: await loadBundle(await readFile(path)),
    threads: 1,
    evaluationMs: 60_000,
    builds: true,
  });
  t.teardown(() => engine.close());
  for (const object of meshObjects) engine.inventory.apply(object);
});

t.test('it may apply everything that its blueprints ask for, for the whole example mesh', async t => {
  const children = (await Promise.all(meshObjects.map(childrenOf))).flat();
  t.ok(children.length > 50, `${children.length} objects`);
  const served = await servedKinds();
  const known = children.filter(({ apiVersion, kind }) => served.has(`${apiVersion}/${kind}`));
  t.strictSame(known.length, children.length, 'the examples use embedded engines only');
  await asReconciler(['apply', '--server-side', MANAGER, '-f', '-'], list(known));
});

t.test('its role names every kind that it makes, by the plural that the API server knows', async t => {
  const served = await servedKinds();
  for (const made of typesMadeBy(engine.bundle)) {
    const plural = served.get(made);
    // Of projects whose CustomResourceDefinitions no package carries.
    if (plural === undefined) {
      t.match(made, /^(kafka\.strimzi\.io|postgresql\.cnpg\.io)\//);
      continue;
    }
    for (const verb of ['list', 'watch', 'create', 'patch'])
      t.equal(await mayI(verb, plural), 'yes', `${verb} ${made}`);
  }
});

t.test('it may answer in the status, hold the finalizer, lead and tell', async t => {
  const cluster = connect({ kubeconfig: reconciler });
  t.teardown(() => cluster.close());
  const building = engine.bundle.blueprints.filter(({ makes }) => makes.length > 0);
  const owners = new Set(building.flatMap(({ kinds }) => kinds));
  for (const { apiVersion, kind, metadata } of meshObjects.filter(({ kind }) => kind !== 'EngineClass')) {
    const ref = { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
    const object = { apiVersion, kind, metadata: { name: ref.name, namespace: ref.namespace } };
    const options = { fieldManager: 'dappmesh-reconciler', subresource: 'status' };
    await cluster.apply({ ...object, status: { observedGeneration: 1 } } as KubernetesObject, options);
    const fields = { metadata: { finalizers: ['dappmesh.io/in-use'] } };
    if (owners.has(kind)) await cluster.patch(ref, { type: 'merge', fields }, { dryRun: true });
  }
  const metadata = { name: 'dappmesh-reconciler', namespace: 'dappmesh-system' };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata };
  await asReconciler(['create', '-f', '-'], JSON.stringify(lease));
  await asReconciler(['replace', '-f', '-'], JSON.stringify({ ...lease, spec: { holderIdentity: 'a' } }));
  const about = { involvedObject: { kind: 'Mesh', name: 'retail' }, reason: 'Succeeded', type: 'Normal' };
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'retail.1', namespace: 'default' },
    ...about,
  };
  await asReconciler(['create', '-f', '-'], JSON.stringify(event));
});

const REFUSED: readonly (readonly [verb: string, resource: string, ...scope: string[]])[] = [
  ['create', 'dataproducts.dappmesh.io', '-n', 'sales'],
  ['delete', 'dataproducts.dappmesh.io', '-n', 'sales'],
  ['patch', 'engineclasses.dappmesh.io'],
  ['patch', 'datacontracts.dappmesh.io', '-n', 'sales'],
  ['patch', 'accessagreements.dappmesh.io', '-n', 'sales'],
  ['delete', 'namespaces'],
  ['get', 'pods', '-n', 'sales'],
  ['create', 'pods', '--subresource=exec', '-n', 'sales'],
  ['get', 'nodes'],
  ['create', 'clusterroles'],
  ['create', 'clusterrolebindings'],
  ['bind', 'clusterroles/edit'],
  ['bind', 'clusterroles/cluster-admin'],
  ['escalate', 'roles', '-n', 'sales'],
  ['impersonate', 'users'],
  ['create', 'serviceaccounts', '--subresource=token', '-n', 'sales'],
  ['patch', 'validatingwebhookconfigurations/dappmesh'],
  ['patch', 'customresourcedefinitions/dataproducts.dappmesh.io'],
  ['get', 'customresourcedefinitions/dataproducts.dappmesh.io'],
  ['update', 'leases/other', '-n', 'dappmesh-system'],
  ['create', 'leases', '-n', 'kube-system'],
  ['list', 'events', '-A'],
];

for (const [verb, resource, ...scope] of REFUSED) {
  t.test(`it may not ${[verb, resource, ...scope].join(' ')}`, async t => {
    t.equal(await mayI(verb, resource, ...scope), 'no');
  });
}

t.test('it cannot give away what it does not have', async t => {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'anybody' }];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: 'gift', namespace: 'sales' };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }];
  for (const gift of [
    { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects },
    { apiVersion, kind: 'Role', metadata, rules },
  ]) {
    const input = JSON.stringify(gift);
    const { code, stderr } = await plane.kubectl(['create', '-f', '-'], { input, kubeconfig: reconciler });
    t.equal(code, 1);
    t.match(stderr, /attempting to grant RBAC permissions not currently held/);
  }
});

t.test('as its role says itself, it can read every Secret of the cluster', async t => {
  t.equal(await mayI('list', 'secrets', '-A'), 'yes');
  t.match(await readFile(join(APP, 'reconciler-clusterrole.yaml'), 'utf8'), 'can read every Secret');
});

t.test('the Deployment agrees with what the reconciler does when nothing is said', async t => {
  const { replicas, template } = (await objectIn('reconciler-deployment.yaml')).spec as unknown as Deployment;
  t.equal(replicas, 2);
  const { containers, terminationGracePeriodSeconds } = template.spec;
  t.match(containers[0].ports, [
    { name: 'health', containerPort: Number(OPTIONS['metrics-port'].fallback[0]) },
  ]);
  const { parse, fallback } = OPTIONS['drain-grace'];
  t.ok(terminationGracePeriodSeconds >= parse(fallback) / 1000 + 5, 'the grace period leaves time to drain');
  const role = await objectIn('reconciler-role.yaml');
  t.equal(role.metadata.namespace, OPTIONS['lease-namespace'].fallback[0]);
  t.match(role['rules'], [{ resources: ['leases'], resourceNames: OPTIONS['lease-name'].fallback }]);
});

t.test('strict pod security admits its pod', async () => {
  const { template } = (await objectIn('reconciler-deployment.yaml')).spec as unknown as Deployment;
  const metadata = { name: 'probe', namespace: 'dappmesh-system' };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
  await asAdmin(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
});

interface Deployment {
  readonly replicas: number;
  readonly template: {
    readonly spec: {
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly [{ readonly ports: readonly object[] }];
    };
  };
}

async function objectIn(file: string): Promise<MeshObject> {
  const found = (await readManifests(APP)).find(manifest => manifest.file === file);
  if (found === undefined) throw new Error(`there is no ${file}`);
  return found.object;
}

/** What should exist for an object, as the reconciler would apply it. */
async function childrenOf(object: MeshObject): Promise<{ apiVersion: string; kind: string }[]> {
  const resource = kindInfo(object.kind)?.plural ?? '';
  const question = buildReview({
    object,
    oldObject: null,
    operation: 'CREATE',
    resource,
    point: 'audit',
    now: new Date(),
    ...(object.kind === 'DataProduct' ? { contracts: contractsOf(object) } : {}),
  });
  const { objects, faults, waitsFor } = await engine.build(question);
  if (faults.length + waitsFor.length > 0) throw new Error(JSON.stringify([faults, waitsFor]));
  return objects.map(child => finishChild(child, object));
}

function contractsOf({ metadata: { namespace, name } }: MeshObject): NamedContract[] {
  return meshObjects
    .filter(({ kind, metadata }) => kind === 'DataContract' && metadata.namespace === namespace)
    .filter(({ spec }) => spec?.['productRef'] === name)
    .map(({ metadata, spec }) => ({ name: metadata.name, spec }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function storedObjects(): Promise<MeshObject[]> {
  const plurals = KINDS.map(({ plural }) => `${plural}.dappmesh.io`).join(',');
  const { items } = JSON.parse(await asAdmin(['get', plurals, '-A', '-o', 'json'])) as {
    items: MeshObject[];
  };
  return items;
}

/** `apps/v1/StatefulSet` → `statefulsets.apps`, for all that the API server serves. */
async function servedKinds(): Promise<Map<string, string>> {
  const lines = (await asAdmin(['api-resources', '--no-headers'])).trim().split('\n');
  return new Map(
    lines.map(line => {
      const [apiVersion = '', , kind = ''] = line.split(/\s+/).slice(-3);
      const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
      return [`${apiVersion}/${kind}`, `${line.split(/\s+/)[0]}${group}`];
    }),
  );
}

async function mayI(verb: string, resource: string, ...scope: string[]): Promise<string> {
  const { stdout } = await plane.kubectl(['auth', 'can-i', verb, resource, ...scope], {
    kubeconfig: reconciler,
  });
  return stdout.trim();
}

async function asReconciler(args: string[], input = ''): Promise<string> {
  return succeed(args, { input, kubeconfig: reconciler });
}

async function asAdmin(args: string[], input = ''): Promise<string> {
  return succeed(args, { input });
}

async function succeed(args: string[], options: { input: string; kubeconfig?: string }): Promise<string> {
  const { code, stdout, stderr } = await plane.kubectl(args, options);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
