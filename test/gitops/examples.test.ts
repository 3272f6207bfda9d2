// Every example is admitted; every refused file beside them is refused with exactly the code that it is named by.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Engine } from '../../policies/engine/engine.ts';
import { buildReview, type MeshObject, type UserInfo } from '../../policies/engine/verdict/review.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import { findingLine } from '../../policies/engine/verdict/wording.ts';
import { isOurs } from '../../schemas/kinds.ts';
import { validateObject, validateOdcs } from '../../schemas/validate.ts';
import { judgeStep, startEngine } from './judge-examples.ts';
import { type Manifest, readManifests } from './read-manifests.ts';

const EXAMPLES = join(import.meta.dirname, '../../gitops/examples');

let tree: Manifest[];
let ours: Manifest[];
let engine: Engine;

t.before(async () => {
  tree = await readManifests(join(EXAMPLES, 'retail'));
  ours = tree.filter(({ object }) => isOurs(object.apiVersion));
  engine = await startEngine(
    t,
    ours.map(({ object }) => object),
  );
});

t.test('the mesh has three domains, eight products and agreements across domains', async t => {
  const countOf = (kind: string) => ours.filter(({ object }) => object.kind === kind).length;
  t.equal(countOf('Mesh'), 1);
  t.equal(countOf('Domain'), 3);
  t.equal(countOf('DataProduct'), 8);
  t.ok(countOf('DataContract') >= 8);
  t.ok(countOf('AccessAgreement') >= 8);
});

t.test('every example has the structure of its kind', async t => {
  for (const { file, object } of ours) {
    t.strictSame(validateObject(object.kind, object), [], file);
    if (object.kind === 'DataContract') t.strictSame(validateOdcs(object.spec?.['odcs']), [], file);
  }
});

t.test('every namespace that an example lives in is part of the tree', async t => {
  const declared = new Set(
    tree.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name),
  );
  for (const { file, object } of tree) {
    const { namespace } = object.metadata;
    if (namespace !== undefined) t.ok(declared.has(namespace), `${file}: ${namespace}`);
  }
});

t.test('every file is named by a kustomization', async t => {
  for (const { file } of tree) t.ok(await isReached(file), file);
});

t.test('no example draws a finding at a first push, at admission or at audit', async t => {
  engine.inventory.rebase([]);
  for (const { file, object } of ours) {
    t.strictSame(lines(await judgeStep(engine, { object, point: 'push' })), [], `${file} at push`);
    t.strictSame(
      lines(await judgeStep(engine, { object, oldObject: object, point: 'audit' })),
      [],
      `${file} at audit`,
    );
    const update = {
      object,
      oldObject: object,
      point: 'admission',
      userInfo: syncAccountOf(object),
    } as const;
    t.strictSame(lines(await judgeStep(engine, update)), [], `${file} at admission`);
  }
});

t.test('no example lacks anything that the defaults would add', async t => {
  for (const { file, object } of ours) {
    const parts = {
      object,
      oldObject: null,
      operation: 'CREATE',
      resource: '',
      point: 'push',
      now: new Date(),
    } as const;
    t.strictSame((await engine.fill(buildReview(parts))).operations, [], file);
  }
});

t.test('every policy has a refused example that draws its code alone', async t => {
  engine.inventory.rebase(ours.map(({ object }) => object));
  const folder = join(EXAMPLES, 'refused');
  const codes = (await readdir(folder))
    .filter(file => /^DM-[A-Z]+-\d+\.yaml$/.test(file))
    .map(file => file.slice(0, -5));
  const policies = engine.bundle.policies.filter(({ family }) => family === 'governance');
  t.strictSame(codes.toSorted(), policies.map(({ code }) => code).toSorted());
  const refused = await readManifests(folder);
  engine.inventory.rebase(ours.map(({ object }) => object));
  for (const code of codes) {
    const object = objectIn(refused, `${code}.yaml`);
    if (object === undefined) throw new Error(`${code}.yaml holds no object`);
    t.strictSame(validateObject(object.kind, object), [], `${code} has the structure of its kind`);
    const oldObject = objectIn(refused, `${code}.before.yaml`);
    const userInfo = userOf(await readFile(join(folder, `${code}.yaml`), 'utf8'));
    const findings = await judgeStep(engine, {
      object,
      point: 'push',
      ...(oldObject === undefined ? {} : { oldObject }),
      ...(userInfo === undefined ? {} : { userInfo }),
    });
    t.strictSame([...new Set(findings.map(finding => finding.code))], [code], lines(findings).join('\n'));
    t.ok(
      findings.every(({ enforcement }) => enforcement === 'deny'),
      `${code} denies`,
    );
  }
});

function lines(findings: readonly Finding[]): string[] {
  return findings.map(findingLine);
}

function objectIn(manifests: readonly Manifest[], file: string): MeshObject | undefined {
  return manifests.find(manifest => manifest.file === file)?.object;
}

/** Leading comments `# user: name` and `# groups: a, b` say who writes the object. */
function userOf(text: string): UserInfo | undefined {
  const username = /^# user: (.+)$/m.exec(text)?.[1];
  if (username === undefined) return undefined;
  return { username, groups: (/^# groups: (.+)$/m.exec(text)?.[1] ?? '').split(', ') };
}

/** The account under which the object's domain syncs it; for what the platform syncs, its own. */
function syncAccountOf(object: MeshObject): UserInfo {
  const { namespace } = object.metadata;
  const domain = ours.find(({ object: other }) => namesOf(other).includes(namespace ?? ''))?.object;
  if (domain === undefined) return { username: 'system:serviceaccount:flux-system:platform' };
  const account = domain.spec?.['syncServiceAccount'] as { namespace: string; name: string };
  return { username: `system:serviceaccount:${account.namespace}:${account.name}` };
}

function namesOf(domain: MeshObject): string[] {
  return domain.kind === 'Domain' ? (domain.spec?.['namespaces'] as string[]) : [];
}

/** Whether the kustomization.yaml beside or above the file lists it. */
async function isReached(file: string): Promise<boolean> {
  const parts = file.split('/');
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    const path = join(EXAMPLES, 'retail', ...parts.slice(0, depth), 'kustomization.yaml');
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return text.split('\n').includes(`  - ${parts.slice(depth).join('/')}`);
  }
  return false;
}
