// Every object of the example mesh, as the reconciler would apply it, before a real API server: nothing is stored,
// all else is as it would be, with Pod Security of the strictest kind.

import { join } from 'node:path';
import t, { type Test } from 'tap';
import { NotServedError } from '../../../cluster/discovery.ts';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import type { Built } from '../../../policies/engine/children/built.ts';
import { finishChild } from '../../../policies/engine/children/child.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { startLive } from '../../cluster/live.ts';
import { freshBundle, startBuilding } from './building-engine.ts';
import { MESHES, type MeshOf, questionOf } from './retail-mesh.ts';

const CRDS = join(import.meta.dirname, '../../../gitops/manifest/crds');
const MANAGER = '--field-manager=dappmesh-reconciler';

const { plane, cluster } = await startLive(t);
const bundle = await freshBundle(t.testdir());

t.before(async () => {
  await succeed(['apply', '--server-side', '-f', CRDS]);
  await succeed(['wait', '--for=condition=Established', '--timeout=120s', 'crd', '--all']);
  await succeed(['create', 'namespace', 'dappmesh-system']);
});

for (const mesh of MESHES) {
  t.test(`the API server takes what the example mesh ${mesh.title} asks for`, async t => {
    const unserved = await dryRunAll(t, mesh);
    t.strictSame([...unserved].toSorted(), mesh.operators, 'all but custom resources of operators');
  });
}

/** Tries what is built for every object; gives the API groups that nobody serves here. */
async function dryRunAll(t: Test, { objects }: MeshOf): Promise<Set<string>> {
  const engine = await startBuilding(t, bundle, objects);
  const unserved = new Set<string>();
  const ordered = ['Mesh', 'Domain', 'DataProduct'].flatMap(kind =>
    objects.filter(object => object.kind === kind),
  );
  for (const object of ordered) {
    const owner = { ...object, metadata: { ...object.metadata, uid: crypto.randomUUID() } };
    const built = await engine.build(questionOf(object, objects));
    await makeNamespaces(built);
    const children = [];
    for (const child of built.objects.map(wish => finishChild(wish, owner))) {
      if (await isServed(child)) children.push(child);
      else unserved.add(child.apiVersion.split('/')[0] ?? '');
    }
    t.equal(await refusalOf(children), '', `${object.kind} ${object.metadata.name}`);
    if (object.kind === 'DataProduct') await checkStatus(t, object, built);
  }
  return unserved;
}

/** A dry run needs the namespaces to lie in; there, what is not of the strictest kind is warned of too. */
async function makeNamespaces({ objects }: Built): Promise<void> {
  for (const { kind, metadata } of objects) {
    if (kind !== 'Namespace') continue;
    const labels = { ...metadata.labels, 'pod-security.kubernetes.io/warn': 'restricted' };
    const namespace = { apiVersion: 'v1', kind, metadata: { name: metadata.name, labels } };
    await cluster.apply(namespace, { fieldManager: 'test' });
  }
}

async function isServed({ apiVersion, kind }: ChildObject): Promise<boolean> {
  try {
    await cluster.discover(apiVersion, kind);
    return true;
  } catch (error) {
    if (error instanceof NotServedError) return false;
    throw error;
  }
}

/** What the API server has against the objects, warnings included; empty when nothing. */
async function refusalOf(items: readonly ChildObject[]): Promise<string> {
  if (items.length === 0) return '';
  const strict = ['--dry-run=server', '--validate=strict', '--warnings-as-errors'];
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const args = ['apply', '--server-side', MANAGER, ...strict, '--filename=-'];
  const { code, stderr } = await plane.kubectl(args, { input: list });
  return code === 0 ? '' : stderr;
}

async function checkStatus(t: Test, product: MeshObject, { status }: Built): Promise<void> {
  const { apiVersion, kind, metadata } = product;
  await succeed(['apply', '--server-side', '--filename=-'], JSON.stringify(product));
  const { namespace = '', name } = metadata;
  const wish = { apiVersion, kind, metadata: { namespace, name }, status };
  const options = { fieldManager: 'dappmesh-reconciler', subresource: 'status', dryRun: true } as const;
  const stored = await cluster.apply(wish, options);
  t.match(stored, { status }, `the status of ${name} is as its schema says`);
}

async function succeed(args: string[], input?: string): Promise<void> {
  const { code, stderr } = await plane.kubectl(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}
