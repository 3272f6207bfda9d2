// "Adding an engine" in docs/engines.md, done as it stands there: the class, the Rego and its test, and nothing else.

import { cp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { buildBundle } from '../../../policies/bundle/build.ts';
import { checkPolicies } from '../../../policies/bundle/check.ts';
import { DEFAULT_SOURCES, ROOT } from '../../../policies/bundle/sources.ts';
import type { Built } from '../../../policies/engine/children/built.ts';
import { finishChild } from '../../../policies/engine/children/child.ts';
import { loadBundle } from '../../../policies/engine/loading/bundle.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { validateObject } from '../../../schemas/validate.ts';
import { startControlPlane } from '../../../tools/control-plane.ts';
import { readPageFiles, writePageFiles } from '../page-files.ts';
import { startBuilding } from './building-engine.ts';
import { operatedMesh, PRODUCT, questionAbout } from './operators-mesh.ts';

const CLASS = 'gitops/manifest/engines/valkey.yaml';
const RULES = 'policies/blueprints/valkey/valkey.rego';
const TEST = 'policies/blueprints/valkey/valkey_test.rego';

/** What the Rego on the page imports, and what that imports. */
const LIBRARIES = ['component', 'fixture', 'naming', 'volume'].map(name => `policies/blueprints/lib/${name}`);

const files = await readPageFiles('docs/engines.md');
const folder = t.testdir();
await writePageFiles(files, folder);

t.test('the page holds a class, a file of Rego and its test, and nothing in TypeScript', t => {
  t.strictSame([...files.keys()], [CLASS, RULES, TEST]);
  t.end();
});

t.test('the class is one that the API server would take', t => {
  t.strictSame(validateObject('EngineClass', valkey()), []);
  t.end();
});

t.test('the Rego keeps every convention, and its test reaches every line', async t => {
  for (const lib of LIBRARIES) await cp(join(ROOT, lib), join(folder, lib), { recursive: true });
  const results = new Map<string, readonly string[]>();
  for await (const { name, faults } of checkPolicies(['policies/blueprints'], folder))
    results.set(name, faults);
  const faulty = [...results].filter(([, faults]) => faults.length > 0);
  t.strictSame(faulty, []);
  for (const check of ['coverage', 'conventions']) t.ok(results.has(`${check} of ${RULES}`));
});

t.test('the engine builds with it, and the API server takes what it makes', async t => {
  const { objects, faults } = await buildStore();
  t.strictSame(faults, []);
  const made = objects.filter(({ metadata }) => metadata.name === 'clicks-inbox');
  t.strictSame(made.map(({ kind }) => kind).toSorted(), [
    'PersistentVolumeClaim',
    'Secret',
    'Service',
    'StatefulSet',
  ]);

  const plane = await startControlPlane();
  t.teardown(() => plane.stop());
  await plane.kubectl(['create', 'namespace', 'sales']);
  await plane.kubectl(['label', 'namespace', 'sales', 'pod-security.kubernetes.io/warn=restricted']);
  const items = made.map(object => finishChild(object, PRODUCT));
  const strict = ['--dry-run=server', '--validate=strict', '--warnings-as-errors', '--filename=-'];
  const { code, stderr } = await plane.kubectl(['apply', '--server-side', ...strict], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  t.equal(code, 0, stderr);
});

/** The product with its operational store on the new class, built by a bundle with the new blueprint in it. */
async function buildStore(): Promise<Built> {
  const sources = [...DEFAULT_SOURCES, join(folder, dirname(RULES))];
  const { path } = await buildBundle({ sources, output: join(folder, 'bundle.tar.gz') });
  const bundle = await loadBundle(await readFile(path));
  const storage = [{ name: 'inbox', role: 'operational', engineClass: 'valkey', size: '2Gi' }];
  const product = { ...PRODUCT, spec: { ...PRODUCT.spec, storage, outputPorts: [] } };
  const engine = await startBuilding(t, bundle, [...(await operatedMesh()), valkey(), product]);
  return engine.build(questionAbout(product));
}

function valkey(): MeshObject {
  return parse(files.get(CLASS) ?? '') as MeshObject;
}
