// Puts the pre-receive hook into a bare repository, and takes it out again. Doing either twice changes nothing.

import { existsSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CannotJudgeError } from '../cli/failure.ts';
import { DEFAULT_BUNDLE } from '../cli/judge/open-engine.ts';
import { git } from '../cli/read/git.ts';
import type { Shell } from '../cli/shell.ts';

const TEMPLATE = join(import.meta.dirname, 'pre-receive');
const LAUNCHER = resolve(import.meta.dirname, '../bin/dappmesh.mjs');
const MARK = '# dappmesh pre-receive hook';
const KEPT = 'pre-receive.before-dappmesh';

/** Installs or renews the hook. A foreign hook is kept under another name and runs first. */
export async function installHook(
  repository: string,
  options: { bundle?: string },
  shell: Shell,
): Promise<void> {
  const folder = await hooksFolder(resolve(shell.cwd, repository));
  const file = join(folder, 'pre-receive');
  const bundle = options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle);
  const text = (await readFile(TEMPLATE, 'utf8'))
    .replace('@NODE@', () => quoted(process.execPath))
    .replace('@DAPPMESH@', () => quoted(LAUNCHER))
    .replace('@BUNDLE@', () => quoted(bundle));
  const before = await readIfThere(file);
  if (before === text) return void shell.stdout.write(`${file} is installed already\n`);
  if (before !== undefined && !before.includes(MARK)) {
    if (existsSync(join(folder, KEPT)))
      throw new CannotJudgeError(`both ${file} and ${KEPT} exist`, 'remove one of them');
    await rename(file, join(folder, KEPT));
    shell.stdout.write(`the hook that was there is kept as ${KEPT} and runs first\n`);
  }
  await replace(file, text);
  shell.stdout.write(`${before?.includes(MARK) ? 'renewed' : 'installed'} ${file}\n`);
  if (!existsSync(bundle))
    shell.stderr.write(
      `warning: pushes are refused until there is a policy bundle at ${bundle} (make build)\n`,
    );
}

/** Removes the hook; what was there before is put back. A foreign hook is left alone. */
export async function uninstallHook(repository: string, shell: Shell): Promise<void> {
  const folder = await hooksFolder(resolve(shell.cwd, repository));
  const file = join(folder, 'pre-receive');
  const before = await readIfThere(file);
  if (before === undefined || !before.includes(MARK)) {
    return void shell.stdout.write(`there is no dappmesh hook in ${folder}\n`);
  }
  if (existsSync(join(folder, KEPT))) {
    await rename(join(folder, KEPT), file);
    shell.stdout.write(`removed the dappmesh hook from ${folder}; the hook from before is back\n`);
  } else {
    await rm(file);
    shell.stdout.write(`removed ${file}\n`);
  }
}

/** Where git looks for the hooks of a bare repository, `core.hooksPath` respected. */
async function hooksFolder(repository: string): Promise<string> {
  if (!existsSync(repository)) throw new CannotJudgeError(`there is no folder ${JSON.stringify(repository)}`);
  const isBare = (await git(repository, ['rev-parse', '--is-bare-repository'])).toString().trim();
  if (isBare !== 'true')
    throw new CannotJudgeError(`${repository} is no bare repository`, 'hooks judge what a server receives');
  const path = (await git(repository, ['rev-parse', '--git-path', 'hooks'])).toString().trimEnd();
  return resolve(repository, path);
}

/** Whoever pushes meanwhile finds the old hook or the new one, never half of it. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, text);
  await chmod(draft, 0o755);
  await rename(draft, file);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** A word of the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
