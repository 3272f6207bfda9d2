// Finds the pinned binaries: variable, cache, PATH with the version checked, and last a build from source.

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { BinaryMissingError } from './binary-missing-error.ts';
import { buildBinary } from './build.ts';
import { type BinaryName, type PinnedBinary, pinnedBinary } from './pinned.ts';
import { createProgress } from './progress.ts';

export type { BinaryName } from './pinned.ts';

const run = promisify(execFile);

/** For a program to say its version; one that hangs is not the pinned one. */
const VERSION_MS = 60_000;

export interface FindOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Where progress goes while something is built. */
  readonly output?: NodeJS.WriteStream;
}

/**
 * Gives the path of a binary, building it first if need be. Throws `BinaryMissingError` where neither the binary
 * nor Go is there, and an ordinary error where a variable names a file that cannot be run or the build fails.
 */
export async function findBinary(name: BinaryName, options: FindOptions = {}): Promise<string> {
  const paths = await findBinaries([name], options);
  return paths[name];
}

/** The same for several: what is there already is found first, so that progress can say "2 of 3". */
export async function findBinaries<const Name extends BinaryName>(
  names: readonly Name[],
  options: FindOptions = {},
): Promise<Record<Name, string>> {
  const { env = process.env, output = process.stderr } = options;
  const found = new Map<BinaryName, string>();
  const missing: PinnedBinary[] = [];
  for (const binary of names.map(name => pinnedBinary(name))) {
    const path = await lookUp(binary, env);
    if (path === undefined) missing.push(binary);
    else found.set(binary.name, path);
  }
  for (const [name, path] of await build(missing, env, output)) found.set(name, path);
  return Object.fromEntries(found) as Record<Name, string>;
}

async function build(
  missing: readonly PinnedBinary[],
  env: NodeJS.ProcessEnv,
  output: NodeJS.WriteStream,
): Promise<Map<BinaryName, string>> {
  const built = new Map<BinaryName, string>();
  if (missing.length === 0) return built;
  const go = await onPath('go', env);
  if (go === undefined) {
    throw new BinaryMissingError(missing.map(binary => ({ binary, cachePath: cachePath(binary, env) })));
  }
  for (const [index, binary] of missing.entries()) {
    const label = `[${index + 1}/${missing.length}] ${binary.name} ${binary.version}`;
    const progress = createProgress(output, label, env);
    const target = cachePath(binary, env);
    built.set(binary.name, await buildBinary(binary, { go, target, env, progress }));
  }
  return built;
}

async function lookUp(binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return (
    (await fromVariable(binary, env)) ??
    (await fromAssets(binary, env)) ??
    (await ifRunnable(cachePath(binary, env))) ??
    (await fromPath(binary, env))
  );
}

/** A variable is an order: if what it names cannot be run, that is an error and not a reason to look elsewhere. */
async function fromVariable(binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = env[binary.variable];
  if (path === undefined || path === '') return undefined;
  if ((await ifRunnable(path)) === undefined) {
    throw new Error(`${binary.variable}=${path} is not a file that can be run; correct or unset it`);
  }
  return path;
}

async function fromAssets(binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (!binary.inAssets || assets === undefined || assets === '') return undefined;
  return ifRunnable(join(assets, binary.name));
}

async function fromPath(binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = await onPath(binary.name, env);
  if (path === undefined) return undefined;
  return (await reportsVersion(path, binary, env)) ? path : undefined;
}

/** Only the pinned version counts: another opa gives other verdicts, another kubectl other output. */
async function reportsVersion(path: string, binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    const { stdout } = await run(path, binary.versionArguments, { env, timeout: VERSION_MS });
    const version = binary.version.replace(/^v/, '').replaceAll('.', '\\.');
    return new RegExp(`(^|[^0-9.])v?${version}(?![0-9.+-])`, 'm').test(stdout);
  } catch {
    // One that does not run is not the pinned one either.
    return false;
  }
}

async function onPath(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = await ifRunnable(join(folder, command));
    if (path !== undefined) return path;
  }
  return undefined;
}

async function ifRunnable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    // Not there, or not for us to run: as a shell does, the next folder is tried.
    return undefined;
  }
}

function cachePath({ name, version }: PinnedBinary, env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'dappmesh', 'tools', `${name}-${version}`, name);
}
