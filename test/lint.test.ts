// The lint rules report what they are there for: one offending file per rule, in a tree of its own.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';

const ROOT = join(import.meta.dirname, '..');
const IMPORTS = 'eslint(no-restricted-imports)';
const AMBIENT = 'eslint(no-restricted-properties)';

/** File, its text, the rule that reports it; no rule: it is in order. */
const FILES: readonly (readonly [file: string, text: string, rule?: string])[] = [
  ['webhook/a/gitops.ts', use('../../gitops/cli/x.ts'), IMPORTS],
  ['webhook/reconciler.ts', use('../reconciler/x.ts'), IMPORTS],
  ['webhook/tools.ts', use('../tools/x.ts'), IMPORTS],
  ['webhook/engine.ts', use('../policies/engine/x.ts')],
  ['webhook/cluster.ts', use('../cluster/x.ts')],
  ['reconciler/webhook.ts', use('../webhook/x.ts'), IMPORTS],
  ['reconciler/cluster.ts', use('../cluster/x.ts')],
  ['webhook/process.ts', use('../process/x.ts')],
  ['process/webhook.ts', use('../webhook/x.ts'), IMPORTS],
  ['process/engine.ts', use('../policies/x.ts')],
  ['gitops/cli/webhook.ts', use('../../webhook/x.ts'), IMPORTS],
  ['gitops/cli/schemas.ts', use('../../schemas/x.ts')],
  ['policies/engine/cluster.ts', use('../../cluster/x.ts'), IMPORTS],
  ['policies/engine/tools.ts', use('../../tools/x.ts'), IMPORTS],
  ['policies/bundle/tools.ts', use('../../tools/x.ts')],
  ['policies/bundle/webhook.ts', use('../../webhook/x.ts'), IMPORTS],
  ['cluster/policies.ts', use('../policies/x.ts'), IMPORTS],
  ['cluster/client.ts', use('@kubernetes/client-node')],
  ['cluster/schemas.ts', use('../schemas/x.ts')],
  ['schemas/policies.ts', use('../policies/x.ts'), IMPORTS],
  ['schemas/cluster.ts', use('../cluster/x.ts'), IMPORTS],
  ['webhook/client.ts', use('@kubernetes/client-node'), IMPORTS],
  ['tools/client.ts', use('@kubernetes/client-node'), IMPORTS],
  ['policies/engine/wasm.ts', use('@open-policy-agent/opa-wasm'), IMPORTS],
  ['policies/engine/wasm/wasm-instance.ts', use('@open-policy-agent/opa-wasm')],
  ['webhook/environment.ts', 'export const x = process.env;\n', AMBIENT],
  ['gitops/exit.ts', 'export const end = (): never => process.exit(1);\n', AMBIENT],
  ['cluster/signal.ts', "export const x = process.on('SIGTERM', () => {});\n", AMBIENT],
  ['webhook/main.ts', "process.on('SIGTERM', () => process.exit(0));\nexport const x = process.env;\n"],
  ['webhook/config.ts', 'export const x = process.argv;\n'],
  ['webhook/any.ts', 'export const x: any = 1;\n', 'typescript(no-explicit-any)'],
  [
    'webhook/bang.ts',
    'export const x = (y: string | null): number => y!.length;\n',
    'typescript(no-non-null-assertion)',
  ],
  ['webhook/floating.ts', 'Promise.reject(new Error());\nexport {};\n', 'typescript(no-floating-promises)'],
  ['webhook/thrown.ts', "export function x(): never {\n  throw 'text';\n}\n", 'typescript(only-throw-error)'],
];

t.test('each offence is reported by its rule, and what is allowed is not', async t => {
  // Outside the repository: its ignore rules would hide the files of `t.testdir()`.
  const folder = await mkdtemp(join(tmpdir(), 'dappmesh-lint-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await cp(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const tsconfig = { compilerOptions: { strict: true, module: 'nodenext', target: 'es2024', types: [] } };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  for (const [file, text] of FILES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const reported = await lint(folder);
  for (const [file, , rule] of FILES) {
    t.strictSame(reported.get(file) ?? [], rule === undefined ? [] : [rule], file);
  }
});

function use(module: string): string {
  return `import * as used from '${module}';\n\nexport const x = used;\n`;
}

/** Rules by file, each once. */
async function lint(folder: string): Promise<Map<string, string[]>> {
  const stdout = await new Promise<string>((resolve, reject) => {
    // Not through .bin: tap instruments every Node process it can see, and fails at a file without an extension.
    const program = join(ROOT, 'node_modules/oxlint/dist/cli.js');
    // It looks for its type-aware part in the folder that it lints, else here.
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(ROOT, 'node_modules/.bin/tsgolint') };
    const words = [program, '--type-aware', '--format=json'];
    execFile(process.execPath, words, { cwd: folder, env }, (_error, text, stderr) => {
      // It ends with 1 when it has something to report.
      if (text.startsWith('{')) resolve(text);
      else reject(new Error(`oxlint: ${text}${stderr}`));
    });
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] };
  const rules = new Map<string, string[]>();
  for (const { filename, code } of diagnostics) {
    const known = rules.get(filename) ?? [];
    if (!known.includes(code)) rules.set(filename, [...known, code]);
  }
  return rules;
}
