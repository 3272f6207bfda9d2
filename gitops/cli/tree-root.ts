// Where the tree around the named paths begins: whatever is in it is what policies see as the inventory.

import { existsSync, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { CannotJudgeError } from './failure.ts';
import { readFolder } from './read/folder.ts';
import { workTreeOf } from './read/git.ts';
import { mentionsGroup } from './read/mentions.ts';
import type { TreeFiles } from './read/source-file.ts';

/** The folder that was given as tree. Throws CannotJudgeError when it is none. */
export function givenRoot(path: string): string {
  if (existsSync(path) && statSync(path).isDirectory()) return path;
  throw new CannotJudgeError(`--tree: there is no folder ${JSON.stringify(path)}`);
}

/**
 * The smallest folder around the start that holds a Mesh, at most the git work tree; undefined outside of any work
 * tree, where nothing says how far a tree may reach.
 */
export async function findRoot(start: string): Promise<string | undefined> {
  const limit = await workTreeOf(start);
  if (limit === undefined) return undefined;
  let at = start;
  while (at !== limit && isWithin(limit, at) && !holdsMesh(readFolder(at))) at = dirname(at);
  return isWithin(limit, at) ? at : limit;
}

/** A look at the text is enough to choose a folder; the objects are read properly afterwards. */
function holdsMesh({ files }: TreeFiles): boolean {
  return files.some(({ bytes }) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return /^"?\s*"?kind"?:\s*["']?Mesh\b/m.test(text) && mentionsGroup(text);
  });
}

/** The folder that all paths have in common. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map(path => (statSync(path).isDirectory() ? path : dirname(path)));
  return folders.reduce((common, next) => {
    let at = common;
    while (!isWithin(at, next)) at = dirname(at);
    return at;
  });
}

/** Whether a path is a folder itself or below it. */
export function isWithin(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
