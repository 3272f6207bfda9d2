// docs/writing-policies.md, done as it stands there: the policy, its tests, and the tightening in the Mesh.

import { cp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { buildBundle } from '../../../policies/bundle/build.ts';
import { checkPolicies } from '../../../policies/bundle/check.ts';
import { DEFAULT_SOURCES, ROOT } from '../../../policies/bundle/sources.ts';
import { loadBundle } from '../../../policies/engine/loading/bundle.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { validateObject } from '../../../schemas/validate.ts';
import { readManifests } from '../../gitops/read-manifests.ts';
import { meshObject, review } from '../engine/question.ts';
import { serve } from '../engine/serve.ts';
import { readPageFiles, writePageFiles } from '../page-files.ts';

const RULES = 'policies/governance/support-channel/support-channel.rego';
const TESTS = 'policies/governance/support-channel/support-channel_test.rego';
const MESH = 'mesh/mesh.yaml';
const RETAIL = join(ROOT, 'gitops/examples/retail');

const files = await readPageFiles('docs/writing-policies.md');
const folder = t.testdir();
await writePageFiles(files, folder);
const manifests = (await readManifests(RETAIL)).map(({ object }) => object);

function theOnly(kind: string): MeshObject {
  const found = manifests.find(object => object.kind === kind);
  if (found === undefined) throw new Error(`the example has no ${kind}`);
  return found;
}

function contractWithout(field: string): MeshObject {
  const contract = theOnly('DataContract');
  const { [field]: _, ...odcs } = (contract.spec?.['odcs'] ?? {}) as Record<string, unknown>;
  return { ...contract, spec: { ...contract.spec, odcs } };
}

t.test('the page holds a policy, its tests and a tightening', t => {
  t.strictSame([...files.keys()], [RULES, TESTS, MESH]);
  t.end();
});

t.test('the policy keeps every convention, and its tests reach every line', async t => {
  const lib = 'policies/governance/lib/fixture';
  await cp(join(ROOT, lib), join(folder, lib), { recursive: true });
  const results = new Map<string, readonly string[]>();
  for await (const { name, faults } of checkPolicies(['policies/governance'], folder))
    results.set(name, faults);
  t.strictSame(
    [...results].filter(([, faults]) => faults.length > 0),
    [],
  );
  for (const check of ['coverage', 'conventions']) t.ok(results.has(`${check} of ${RULES}`));
});

t.test('it warns at push and is silent at admission, until the Mesh tightens it', async t => {
  const sources = [...DEFAULT_SOURCES, join(folder, dirname(RULES))];
  const { path } = await buildBundle({ sources, output: join(folder, 'bundle.tar.gz') });
  const { engine } = await serve(t, { bundle: await loadBundle(await readFile(path)) });
  for (const object of manifests) engine.inventory.apply(object);
  const contract = contractWithout('support');
  const levelsAt = async (point: 'push' | 'admission') => {
    const { findings } = await engine.judge(review(contract, { point }));
    return findings.filter(({ code }) => code === 'DM-QUA-003').map(({ enforcement }) => enforcement);
  };
  t.strictSame([await levelsAt('push'), await levelsAt('admission')], [['warn'], []]);

  const mesh = theOnly('Mesh');
  const { spec } = parse(files.get(MESH) ?? '') as { spec: Record<string, unknown> };
  const tightened = { ...mesh, spec: { ...mesh.spec, ...spec } };
  t.strictSame(validateObject('Mesh', tightened), []);
  engine.inventory.apply(meshObject('Mesh', mesh.metadata.name, tightened.spec));
  t.strictSame([await levelsAt('push'), await levelsAt('admission')], [['deny'], ['deny']]);
});
