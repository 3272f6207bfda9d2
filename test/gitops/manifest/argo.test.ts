// The health check that Argo CD runs, in the Lua interpreter of Argo CD, and the component that installs it.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { KINDS } from '../../../schemas/kinds.ts';
import { findBinary } from '../../../tools/binaries.ts';
import { runCommand } from '../../../tools/run-command.ts';

const ARGO = join(import.meta.dirname, '../../../gitops/manifest/argo');
const CHECK = join(ARGO, 'resource_customizations/dappmesh.io/_');
const LUA = join(CHECK, 'health.lua');

interface HealthTests {
  readonly tests: readonly { readonly healthStatus: Health; readonly inputPath: string }[];
}
interface Health {
  readonly status: string;
  readonly message: string;
}

const { tests } = parse(await readFile(join(CHECK, 'health_test.yaml'), 'utf8')) as HealthTests;

for (const { healthStatus, inputPath } of tests) {
  t.test(`${inputPath} is ${healthStatus.status}`, async t => {
    const object: unknown = parse(await readFile(join(CHECK, inputPath), 'utf8'));
    t.strictSame(await healthOf(object), healthStatus);
  });
}

t.test('every object of the test data is tested', async t => {
  const files = (await readdir(join(CHECK, 'testdata'))).map(file => `testdata/${file}`);
  t.strictSame(files.toSorted(), tests.map(({ inputPath }) => inputPath).toSorted());
});

for (const { kind } of KINDS.filter(({ kind }) => kind !== 'EngineClass')) {
  t.test(`a fresh ${kind}, as the API server fills it in, is waited for`, async t => {
    const fresh = { kind, metadata: { name: 'fresh', generation: 1 }, status: { observedGeneration: -1 } };
    t.match(await healthOf(fresh), { status: 'Progressing' });
  });
}

t.test(
  'the component gives every kind the same check, and leaves the rest of the ConfigMap alone',
  async t => {
    const base = t.testdir();
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argocd-cm', namespace: 'argocd' },
    };
    await mkdir(base, { recursive: true });
    await writeFile(
      join(base, 'argocd-cm.yaml'),
      JSON.stringify({ ...config, data: { url: 'https://argo.example' } }),
    );
    const kustomization = { resources: ['argocd-cm.yaml'], components: [relative(base, ARGO)] };
    await writeFile(join(base, 'kustomization.yaml'), JSON.stringify(kustomization));
    const { code, stdout, stderr } = await runCommand(await findBinary('kubectl'), ['kustomize', base], {
      env: process.env,
    });
    t.equal(code, 0, stderr);
    const { data } = parse(stdout) as { data: Record<string, string> };
    const text = await readFile(LUA, 'utf8');
    const checks = KINDS.map(({ kind }) => [`resource.customizations.health.dappmesh.io_${kind}`, text]);
    t.strictSame(data, { url: 'https://argo.example', ...Object.fromEntries(checks) });
  },
);

/** Argo CD hands the object to the script as the global `obj`. */
async function healthOf(object: unknown): Promise<Health> {
  const script = `obj = ${toLua(object)}; local hs = dofile(${toLua(LUA)}); io.write(hs.status, "\\n", hs.message)`;
  const { code, stdout, stderr } = await runCommand(await findBinary('glua'), ['-e', script], {
    cwd: dirname(LUA),
  });
  if (code !== 0) throw new Error(stderr);
  const [status = '', message = ''] = stdout.split('\n');
  return { status, message };
}

function toLua(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(toLua).join(', ')}}`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `[${toLua(key)}] = ${toLua(item)}`)
    .join(', ')}}`;
}
