// What other projects say about their kinds: CustomResourceDefinitions out of their Go modules, and typed models out
// of npm packages where no module can be had. Kept in the user's cache by version, checked against go.sum or the lock.

import { createHash } from 'node:crypto';
import { access, copyFile, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.ts';
import { runCommand } from './run-command.ts';

/** Projects whose Go module holds their CustomResourceDefinitions, and the folder that they are in. */
const CRD_FOLDERS = {
  'cert-manager': { module: 'github.com/cert-manager/cert-manager', folder: 'deploy/crds' },
  'kustomize-controller': { module: 'github.com/fluxcd/kustomize-controller', folder: 'config/crd/bases' },
  'source-controller': { module: 'github.com/fluxcd/source-controller', folder: 'config/crd/bases' },
  openreports: { module: 'github.com/openreports/reports-api', folder: 'config/crd' },
  'prometheus-operator': {
    module: 'github.com/prometheus-operator/prometheus-operator',
    folder: 'example/prometheus-operator-crd',
  },
} as const;

export type CrdProject = keyof typeof CRD_FOLDERS;

export interface CrdOptions {
  readonly env?: NodeJS.ProcessEnv;
}

const PINS = fileURLToPath(new URL('./crds/', import.meta.url));
const MODELS = join(PINS, 'models');

/**
 * Gives the files with a project's CustomResourceDefinitions, one each, sorted. Throws where they are neither in the
 * cache nor can be fetched, and where what was fetched is not what go.sum says.
 */
export async function findCrds(
  project: CrdProject,
  { env = process.env }: CrdOptions = {},
): Promise<string[]> {
  const { module, folder } = CRD_FOLDERS[project];
  const version = await pinnedVersion(module);
  const target = join(cacheFolder(env), `${project}-${version}`);
  await once(target, async temporary => {
    const dir = await downloadModule(module, version, env);
    const files = (await readdir(join(dir, folder))).filter(file => file.endsWith('.yaml'));
    await mkdir(temporary);
    for (const file of files) await copyFile(join(dir, folder, file), join(temporary, file));
  });
  return (await readdir(target)).toSorted().map(file => join(target, file));
}

/**
 * Gives the `node_modules` folder with the models of CloudNativePG and Strimzi (`@kubernetes-models/…`).
 * Throws where they are neither in the cache nor can be installed.
 */
export async function findModels({ env = process.env }: CrdOptions = {}): Promise<string> {
  const lock = await readFile(join(MODELS, 'package-lock.json'));
  const target = join(
    cacheFolder(env),
    `models-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`,
  );
  await once(target, async temporary => {
    await cp(MODELS, temporary, { recursive: true });
    // Fails when a package is not what the lock says.
    await succeed('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { env, cwd: temporary });
  });
  return join(target, 'node_modules');
}

/** The version stands once, in go.mod. */
async function pinnedVersion(module: string): Promise<string> {
  const lines = (await readFile(join(PINS, 'go.mod'), 'utf8'))
    .split('\n')
    .map(line => line.trim().split(/\s+/));
  const version = lines.find(([path]) => path === module)?.[1];
  if (version === undefined) throw new Error(`tools/crds/go.mod does not require ${module}`);
  return version;
}

/** Gives the folder of the module. Go itself compares with the go.sum of the folder it runs in, where there is a line. */
async function downloadModule(module: string, version: string, env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['mod', 'download', '-json', `${module}@${version}`];
  const found = JSON.parse(await succeed('go', args, { env, cwd: PINS })) as { Dir: string; Sum: string };
  const sums = await readFile(join(PINS, 'go.sum'), 'utf8');
  if (!sums.split('\n').includes(`${module} ${version} ${found.Sum}`))
    throw new Error(`tools/crds/go.sum does not name ${module} ${version} ${found.Sum}`);
  return found.Dir;
}

/** Fills a folder once, however many processes ask: it appears by a rename, whole or not at all. */
async function once(target: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return;
  await mkdir(dirname(target), { recursive: true });
  await withLock(
    `${target}.lock`,
    () => {},
    async () => {
      if (await exists(target)) return;
      const temporary = `${target}.${process.pid}.tmp`;
      try {
        await fill(temporary);
        // Two that took over the same stale lock fill it twice, and the second cannot replace the first.
        await rename(temporary, target).catch(async error => {
          if (!(await exists(target))) throw error;
        });
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  );
}

async function succeed(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string },
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${stderr || stdout}`);
  return stdout;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'dappmesh', 'crds');
}
