// One example, two doors: what `dappmesh check` finds in it at push is what the API server is told by the webhook, at
// the level that the policy has there.

import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import type { Policy } from '../../policies/engine/verdict/policy.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import { isOurs } from '../../schemas/kinds.ts';
import { openScene, succeed, until } from '../webhook/cluster-scene.ts';
import { readManifests } from './read-manifests.ts';
import { EXAMPLES, runDappmesh } from './run-dappmesh.ts';

interface Author {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Codes by what they do. */
interface Told {
  readonly denied: readonly string[];
  readonly warned: readonly string[];
}

const REFUSED = join(EXAMPLES, 'refused');

const files = await readdir(REFUSED);
const codes = files.filter(file => /^DM-[A-Z]+-\d+\.yaml$/.test(file)).map(file => file.slice(0, -5));
const hasBefore = (code: string): boolean => files.includes(`${code}.before.yaml`);

const scene = await openScene(t);
const { plane } = scene;
const { policies } = await loadBundle(await readFile(scene.bundle));
const tree = join(t.testdirName, 'retail');
await cp(join(EXAMPLES, 'retail'), tree, { recursive: true });
await fillCluster();
const webhook = await scene.webhook(t);
await webhook.ready();
await scene.install(webhook.port);
const probe = authorOf(await readFile(join(REFUSED, 'DM-OWN-001.yaml'), 'utf8'));
await until(async () => (await tellApiServer('DM-OWN-001', probe)).denied.length > 0);

// Those with a past come last: what they leave behind meets nobody.
for (const code of codes.toSorted((a, b) => Number(hasBefore(a)) - Number(hasBefore(b)))) {
  t.test(`the example of ${code} draws the same codes at push and at admission`, async t => {
    const file = join(REFUSED, `${code}.yaml`);
    const before = join(REFUSED, `${code}.before.yaml`);
    const author = authorOf(await readFile(file, 'utf8'));
    if (hasBefore(code)) {
      await cp(before, join(tree, 'before.yaml'));
      await succeed(plane.kubectl(['apply', '--server-side', '-f', before, `--as=${author.user}`]));
    }
    const atPush = await check(file, author);
    const atAdmission = await tellApiServer(code, author);
    if (hasBefore(code)) {
      await rm(join(tree, 'before.yaml'));
      await succeed(plane.kubectl(['delete', '-f', before]));
    }
    t.ok(atPush.denied.includes(code));
    t.strictSame(atAdmission, admissionOf(atPush));
  });
}

/** What a verdict at push is at admission, by what the policies themselves say. */
function admissionOf(atPush: Told): Told {
  const found = [...atPush.denied, ...atPush.warned];
  const at = (level: Policy['enforce']['admission']): string[] =>
    found.filter(code => policies.some(policy => policy.code === code && policy.enforce.admission === level));
  return { denied: at('deny'), warned: at('warn') };
}

async function check(file: string, { user, groups }: Author): Promise<Told> {
  const identity = ['--user', user, ...(groups.length === 0 ? [] : ['--group', ...groups])];
  const args = ['check', file, '--tree', tree, '--bundle', scene.bundle, '--output', 'json', ...identity];
  const { stdout } = await runDappmesh(args);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const of = (level: Finding['enforcement']): string[] =>
    [...new Set(findings.filter(({ enforcement }) => enforcement === level).map(({ code }) => code))].sort();
  return { denied: of('deny'), warned: of('warn') };
}

/** A dry run is judged as the real thing is, and leaves nothing behind. */
async function tellApiServer(code: string, { user, groups }: Author): Promise<Told> {
  const identity = [`--as=${user}`, ...groups.map(group => `--as-group=${group}`)];
  const file = join(REFUSED, `${code}.yaml`);
  const args = ['apply', '--server-side', '--dry-run=server', '-f', file, ...identity];
  const { stderr } = await plane.kubectl(args);
  const lines = stderr.split('\n');
  const isWarning = (line: string): boolean => line.startsWith('Warning: ');
  return {
    denied: codesIn(lines.filter(line => !isWarning(line))),
    warned: codesIn(lines.filter(isWarning)),
  };
}

function codesIn(lines: readonly string[]): string[] {
  const found = lines.flatMap(line =>
    [...line.matchAll(/\[(DM-[A-Z]+-\d+)\]/g)].map(([, code = '']) => code),
  );
  return [...new Set(found)].sort();
}

/**
 * Leading comments `# user: name` and `# groups: a, b` say who writes the object; otherwise it is the sync account of
 * the domain, which in this mesh is named like the namespace.
 */
function authorOf(text: string): Author {
  const user = /^# user: (.+)$/m.exec(text)?.[1];
  if (user !== undefined) return { user, groups: (/^# groups: (.+)$/m.exec(text)?.[1] ?? '').split(', ') };
  const namespace = /^ {2}namespace: (.+)$/m.exec(text)?.[1] ?? '';
  return { user: `system:serviceaccount:${namespace}:${namespace}-sync`, groups: [] };
}

/** The mesh as git has it, and the right to write for everybody: who may write what is the policies' business here. */
async function fillCluster(): Promise<void> {
  const objects = (await readManifests(tree)).map(({ object }) => object);
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const ours = objects.filter(({ apiVersion }) => isOurs(apiVersion));
  await applyAll(namespaces);
  await applyAll(ours);
  await applyAll([
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'everybody-writes' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' }],
    },
  ]);
}

async function applyAll(items: readonly (MeshObject | object)[]): Promise<void> {
  await succeed(scene.apply({ apiVersion: 'v1', kind: 'List', items }, '--server-side'));
}
