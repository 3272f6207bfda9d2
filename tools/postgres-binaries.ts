// Finds PostgreSQL: variable, Debian's folders, PATH, cache, and last Debian's own packages, unpacked into the cache.

import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface PostgresBinaries {
  /** Folder with postgres, initdb and psql. */
  readonly folder: string;
  /** Folders with the libraries they need beside those of the system. */
  readonly libraries: readonly string[];
}

const PROGRAMS = ['postgres', 'initdb', 'psql'];
const MAJOR = 15;
const SYSTEM_FOLDER = '/usr/lib/postgresql';

/** PostgreSQL and the libraries that a small system lacks, as Debian 12 names them. */
const PACKAGES = [
  `postgresql-${MAJOR}`,
  `postgresql-client-${MAJOR}`,
  'libpq5',
  'libxml2',
  'libicu72',
  'libldap-2.5-0',
  'libsasl2-2',
  'libgssapi-krb5-2',
  'libkrb5-3',
  'libk5crypto3',
  'libkrb5support0',
  'libkeyutils1',
  'libreadline8',
];

/** PostgreSQL is nowhere, and there is no Debian to get it from. */
export class PostgresMissingError extends Error {
  override readonly name = 'PostgresMissingError';

  constructor(cache: string, reason: string) {
    super(
      [
        `PostgreSQL is not available (${reason}). Any one of these helps:`,
        `  1. install it: apt-get install postgresql-${MAJOR}`,
        '  2. name the folder of its programs in the environment: POSTGRES_BIN=/path/to/bin',
        `  3. put ${PROGRAMS.join(', ')} on the PATH, or unpack the packages into ${cache}`,
      ].join('\n'),
    );
  }
}

/**
 * Gives the folder with the programs of PostgreSQL, downloading them once if need be. Throws `PostgresMissingError`
 * where they cannot be had, and an ordinary error where POSTGRES_BIN names a folder without them. `system` is where
 * Debian keeps the versions that are installed.
 */
export async function findPostgres(
  env: NodeJS.ProcessEnv = process.env,
  system = SYSTEM_FOLDER,
): Promise<PostgresBinaries> {
  const named = env['POSTGRES_BIN'];
  if (named !== undefined && named !== '') {
    if (await hasPrograms(named)) return { folder: named, libraries: [] };
    throw new Error(`POSTGRES_BIN=${named} lacks one of ${PROGRAMS.join(', ')}; correct or unset it`);
  }
  for (const folder of [...(await systemFolders(system)), ...(env['PATH'] ?? '').split(delimiter)]) {
    if (folder !== '' && (await hasPrograms(folder))) return { folder, libraries: [] };
  }
  const cache = cacheFolder(env);
  if (!(await hasPrograms(inRoot(cache).folder))) await download(cache, env);
  return inRoot(cache);
}

/** The newest first; none where there is no such folder. What is not found is downloaded. */
async function systemFolders(system: string): Promise<string[]> {
  const versions = await readdir(system).catch(() => []);
  return versions.toSorted((a, b) => Number(b) - Number(a)).map(version => join(system, version, 'bin'));
}

async function hasPrograms(folder: string): Promise<boolean> {
  try {
    await Promise.all(PROGRAMS.map(program => access(join(folder, program), constants.X_OK)));
    return true;
  } catch {
    // Not there, or not for us to run: the next place is tried, and the last resort says what fails.
    return false;
  }
}

/** Where the packages put things below the folder that they are unpacked into. */
function inRoot(root: string): PostgresBinaries {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const libraries = ['lib', 'usr/lib'].map(part => join(root, part, `${machine}-linux-gnu`));
  return { folder: join(root, 'usr/lib/postgresql', String(MAJOR), 'bin'), libraries };
}

/** Unpacks beside the cache and renames, so that nobody finds half of it. */
async function download(cache: string, env: NodeJS.ProcessEnv): Promise<void> {
  const parent = join(cache, '..');
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'postgresql-'));
  try {
    await run('apt-get', ['download', ...PACKAGES], { cwd: work, env }, cache);
    const root = join(work, 'root');
    for (const file of (await readdir(work)).filter(name => name.endsWith('.deb')))
      await run('dpkg', ['-x', file, root], { cwd: work, env }, cache);
    await rename(root, cache).catch(error => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function run(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  cache: string,
): Promise<void> {
  const result = await runCommand(command, args, options).catch((error: Error) => error);
  if (result instanceof Error) throw new PostgresMissingError(cache, result.message);
  if (result.code !== 0)
    throw new PostgresMissingError(cache, `${command} ${args[0] ?? ''}: ${result.stderr.trim()}`);
}

/** Root's home is closed to the user that the server runs as, so its cache is the system's. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const own = process.getuid?.() === 0 ? '/var/cache' : join(env['HOME'] || homedir(), '.cache');
  return join(env['XDG_CACHE_HOME'] || own, 'dappmesh', 'tools', `postgresql-${MAJOR}`);
}
