// The git commands that are needed, run in the environment as it is: in a hook, that is how the pushed objects are
// found in quarantine. Names are passed NUL-separated, so nothing is quoted and nothing has to be unquoted.

import { spawn } from 'node:child_process';
import { text as readText } from 'node:stream/consumers';
import { CannotJudgeError, messageOf } from '../failure.ts';

export interface GitBlob {
  readonly mode: string;
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

/** Runs git in `repository` and gives its output. Throws CannotJudgeError with what git said. */
export async function git(
  repository: string,
  args: readonly string[],
  input?: Uint8Array | string,
): Promise<Buffer> {
  const child = spawn('git', args, { cwd: repository, stdio: ['pipe', 'pipe', 'pipe'] });
  // git may close its end early; the exit code tells.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const said = readText(child.stderr);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    throw new CannotJudgeError(`git could not be run: ${messageOf(error)}`, 'install git', { cause: error });
  });
  if (code === 0) return Buffer.concat(chunks);
  throw new CannotJudgeError(`git ${args[0]} failed: ${(await said).trim().split('\n')[0] ?? ''}`);
}

/** The root of the work tree around a folder, or undefined outside of any. */
export async function workTreeOf(folder: string): Promise<string | undefined> {
  try {
    const root = (await git(folder, ['rev-parse', '--show-toplevel'])).toString().trimEnd();
    return root === '' ? undefined : root;
  } catch (error) {
    if (error instanceof CannotJudgeError) return undefined;
    throw error;
  }
}

/** The commit that a revision names. A revision that looks like an option is refused by git itself. */
export async function resolveCommit(repository: string, revision: string): Promise<string> {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    const out = (await git(repository, args)).toString().trim();
    return out.split('\n').at(-1) ?? out;
  } catch (error) {
    throw new CannotJudgeError(`${JSON.stringify(revision)} is no revision of this repository`, undefined, {
      cause: error,
    });
  }
}

/** Every file of a commit's tree, links and submodules included. */
export async function listTree(repository: string, commit: string): Promise<GitBlob[]> {
  const out = await git(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  return out
    .toString()
    .split('\0')
    .filter(entry => entry !== '')
    .map(entry => {
      const tab = entry.indexOf('\t');
      const [mode = '', , id = '', size = ''] = entry.slice(0, tab).split(/ +/);
      return { mode, id, size: Number(size) || 0, path: entry.slice(tab + 1) };
    });
}

/** The bytes of objects by their id. Throws when git lacks one: a partial tree must not be judged as a whole one. */
export async function readBlobs(
  repository: string,
  ids: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  if (ids.length === 0) return blobs;
  const out = await git(repository, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  let at = 0;
  for (const id of ids) {
    const end = out.indexOf(10, at);
    const [, type, size] = out.toString('latin1', at, end).split(' ');
    if (type !== 'blob') throw new CannotJudgeError(`git has no file ${id}`);
    blobs.set(id, out.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}
