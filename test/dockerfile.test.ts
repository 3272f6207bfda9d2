// No container engine is needed: the stages' own COPY and RUN lines are carried out in folders, with production
// dependencies only. What this cannot show is the base images themselves.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { findBinary } from '../tools/binaries.ts';
import { parseConfig } from '../webhook/config.ts';
import { readShippedConfigurations } from '../webhook/configurations/shipped-configurations.ts';
import { CONFIGURATION_KINDS } from '../webhook/configurations/webhook-configuration.ts';
import { shippedOptions } from './gitops/shipped-options.ts';

const ROOT = join(import.meta.dirname, '..');
const run = promisify(execFile);

interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly { readonly verb: string; readonly words: readonly string[] }[];
}

let stages: Stage[];

t.before(async () => {
  stages = parseStages(await readFile(join(ROOT, 'Dockerfile'), 'utf8'));
});

t.test('the image runs as nobody in particular, on production dependencies', async t => {
  const image = stages.at(-1);
  const user = image?.steps.find(({ verb }) => verb === 'USER')?.words[0] ?? '';
  t.match(user, /^[1-9]\d+:[1-9]\d+$/, 'a numeric id, so that runAsNonRoot can be checked');
  const text = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  t.match(text, 'npm install --no-save --omit=dev');
});

t.test('everything that is copied exists and passes .dockerignore', async t => {
  const passed = (await readFile(join(ROOT, '.dockerignore'), 'utf8'))
    .split('\n')
    .flatMap(line => /^!(\S+)/.exec(line)?.[1] ?? []);
  for (const { words } of stages.flatMap(({ steps }) => steps.filter(isCopyFromContext))) {
    for (const source of words.slice(0, -1).map(normalize)) {
      t.ok(await stat(join(ROOT, source)).catch(() => undefined), `${source} exists`);
      const reaches = passed.some(path => `${source}/`.startsWith(`${path}/`));
      t.ok(reaches, `${source} reaches the builder`);
    }
  }
});

t.test('the stages build the bundle, and the image starts', async t => {
  const folders = new Map<string, string>();
  const context = t.testdir();
  for (const stage of stages.filter(({ base }) => base.startsWith('node') || base === 'dependencies')) {
    const folder = join(context, stage.name);
    await mkdir(folder, { recursive: true });
    await linkProductionPackages(folder);
    for (const { verb, words } of stage.steps) {
      if (verb === 'COPY') await copy(words, folder, folders);
      if (verb === 'RUN' && words[0] === 'node') await runNode(words.slice(1), folder);
    }
    folders.set(stage.name, folder);
  }
  const image = folders.get('image') ?? '';
  t.ok(await stat(join(image, 'dist/bundle.tar.gz')), 'the bundle is in the image');
  for (const shell of ['webhook', 'reconciler']) {
    t.match(await runNode([`${shell}/main.ts`, '--help'], image), `Usage: ${shell}`);
    await t.resolves(runNode(['--input-type=module', '-e', `await import("./${shell}/start.ts")`], image));
  }
  const manifest = parseConfig(await shippedOptions('webhook'));
  if (manifest === 'help') throw new Error('the pod asks for help');
  const shipped = await readShippedConfigurations(
    join(image, manifest['webhook-manifest']),
    manifest.configuration,
  );
  t.strictSame(
    shipped.map(({ kind }) => kind).toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    CONFIGURATION_KINDS.toSorted(),
    'the image holds what the pod restores configurations to',
  );
});

function parseStages(text: string): Stage[] {
  const stages: { name: string; base: string; steps: { verb: string; words: string[] }[] }[] = [];
  for (const line of text.split('\n').filter(each => /^[A-Z]/.test(each))) {
    const [verb = '', ...words] = line.split(/\s+/);
    if (verb === 'FROM') stages.push({ name: words[2] ?? 'image', base: words[0] ?? '', steps: [] });
    else stages.at(-1)?.steps.push({ verb, words });
  }
  return stages;
}

function isCopyFromContext({ verb, words }: { verb: string; words: readonly string[] }): boolean {
  return verb === 'COPY' && !words[0]?.startsWith('--');
}

/** Paths inside a stage are below /app; what the opa stage makes is found by the tools themselves. */
async function copy(
  words: readonly string[],
  folder: string,
  folders: ReadonlyMap<string, string>,
): Promise<void> {
  const from = /^--from=(.*)/.exec(words[0] ?? '')?.[1];
  const sources = from === undefined ? words.slice(0, -1) : words.slice(1, -1);
  const target = words.at(-1) ?? '';
  if (from === 'opa' || sources.some(source => source.includes('node_modules'))) return;
  const origin = from === undefined ? ROOT : (folders.get(from) ?? '');
  for (const source of sources) {
    const path = join(origin, source.replace(/^\/app\//, ''));
    await cp(path, join(folder, target === './' ? source : target), { recursive: true });
  }
}

/** What `npm install --no-save --omit=dev` would install, as links to what is installed here. */
async function linkProductionPackages(folder: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean }>;
  };
  for (const [path, { dev, optional }] of Object.entries(lock.packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev === true || optional === true) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(ROOT, path), join(folder, path)).catch(() => undefined);
  }
}

async function runNode(words: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run(process.execPath, [...words], {
    cwd,
    env: { PATH: '/usr/bin:/bin', OPA: await findBinary('opa') },
  });
  return stdout;
}
