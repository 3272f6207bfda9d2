// Builds one pinned binary from source into the cache, once, however many processes ask for it.

import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { withLock } from './lock.ts';
import type { PinnedBinary } from './pinned.ts';
import type { Progress } from './progress.ts';

export interface BuildContext {
  /** Path of the `go` command. */
  readonly go: string;
  /** Where the binary belongs. */
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
}

/** Gives the path of the built binary. Throws with the last lines of `go build` when that fails. */
export async function buildBinary(binary: PinnedBinary, context: BuildContext): Promise<string> {
  const { target, progress } = context;
  await mkdir(dirname(target), { recursive: true });
  const waiting = () => progress.say('waiting for another process that builds it');
  await withLock(`${target}.lock`, waiting, async () => {
    if (await exists(target)) return;
    await buildInto(binary, context);
  });
  return target;
}

/** The target appears by a rename: nobody ever runs a binary that is half written. */
async function buildInto(binary: PinnedBinary, context: BuildContext): Promise<void> {
  const { target, progress } = context;
  const temporary = `${target}.${process.pid}.tmp`;
  progress.start('building from source');
  try {
    await goBuild(binary, temporary, context);
    await rename(temporary, target);
    progress.end('built');
  } catch (error) {
    progress.end('failed');
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function goBuild(
  binary: PinnedBinary,
  output: string,
  { go, env, progress }: BuildContext,
): Promise<void> {
  const flags = ['-v', '-mod=readonly', '-trimpath', `-ldflags=${binary.linkerFlags}`, '-o', output];
  const child = spawn(go, ['build', ...flags, binary.goPackage], {
    cwd: binary.moduleDir,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killBuild = () => child.kill('SIGKILL');
  process.once('exit', killBuild);
  try {
    const { code, lastLines } = await followBuild(child, progress);
    if (code !== 0)
      throw new Error(`go build of ${binary.name} ${binary.version} failed:\n${lastLines.join('\n')}`);
  } finally {
    process.removeListener('exit', killBuild);
  }
}

/** `go build -v` names each package as it is compiled: the count shows that something moves. */
async function followBuild(
  child: ChildProcess,
  progress: Progress,
): Promise<{ code: number | null; lastLines: string[] }> {
  const lastLines: string[] = [];
  let packages = 0;
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', line => {
      lastLines.push(line);
      if (lastLines.length > 15) lastLines.shift();
      if (line.startsWith('go: downloading')) progress.update(line.slice('go: '.length));
      else progress.update(`${++packages} packages compiled`);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, lastLines };
}

/** What cannot be looked at counts as absent: making it then says why. */
async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
