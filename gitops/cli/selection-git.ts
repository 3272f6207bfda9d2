// Git revisions as trees, without a checkout.

import { realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { CannotJudgeError } from './failure.ts';
import { resolveCommit, workTreeOf } from './read/git.ts';
import { type BlobCache, readRevision } from './read/revision.ts';
import type { TreeFiles } from './read/source-file.ts';
import type { Selection } from './selection.ts';
import type { Tree } from './tree.ts';
import { buildTree, type DocumentCache } from './tree-builder.ts';

export interface RevisionOptions {
  readonly cwd: string;
  /** The folder of the revision that is the whole inventory; relative to the current folder. */
  readonly tree?: string | undefined;
}

/** The tree of one revision; paths, if any, say which part of it is judged. */
export async function selectRevision(
  revision: string,
  { cwd, tree, paths = [] }: RevisionOptions & { paths?: readonly string[] },
): Promise<Selection> {
  const here = await locate(cwd);
  const commit = await resolveCommit(here.repository, revision);
  const prefix = tree === undefined ? '' : here.inTree(tree);
  const files = subtree(await readRevision(here.repository, commit), prefix);
  const named = paths.map(path => here.inTree(path)).map(path => withoutPrefix(path, prefix));
  for (const [i, name] of named.entries()) {
    const isThere = name !== undefined && files.files.some(({ path }) => isBelow(name, path));
    if (!isThere) throw new CannotJudgeError(`there is no ${JSON.stringify(paths[i])} in ${revision}`);
  }
  const isNamed = (file: string): boolean =>
    named.length === 0 || named.some(name => isBelow(name ?? '', file));
  return { tree: buildTree(files, { shown: here.shown(prefix) }), isNamed, before: new Map() };
}

/** The trees of `base..head`. */
export async function selectRange(
  range: string,
  { cwd, tree }: RevisionOptions,
): Promise<{ base: Tree; head: Tree }> {
  const [from = '', to = '', ...more] = range.split('..');
  if (to.startsWith('.') || more.length > 0 || !range.includes('..')) {
    throw new CannotJudgeError(`--range takes base..head, not ${JSON.stringify(range)}`);
  }
  const here = await locate(cwd);
  const commits = await Promise.all(
    [from, to].map(revision => resolveCommit(here.repository, revision || 'HEAD')),
  );
  const prefix = tree === undefined ? '' : here.inTree(tree);
  const [base, head] = await readTrees(here.repository, commits, prefix, here.shown(prefix));
  if (base === undefined || head === undefined) throw new CannotJudgeError('git gave no trees');
  return { base, head };
}

/** The trees of several commits; what they have in common is read and parsed once. */
export async function readTrees(
  repository: string,
  commits: readonly string[],
  prefix = '',
  shown: (path: string) => string = path => path,
  caches: { blobs: BlobCache; documents: DocumentCache } = { blobs: new Map(), documents: new Map() },
): Promise<Tree[]> {
  const trees: Tree[] = [];
  for (const commit of commits) {
    const files = subtree(await readRevision(repository, commit, caches.blobs), prefix);
    trees.push(buildTree(files, { shown, cache: caches.documents }));
  }
  return trees;
}

interface Here {
  readonly repository: string;
  /** A path as it was typed → path in the tree of a revision. */
  inTree(path: string): string;
  /** Path in the tree → path as it would be typed. */
  shown(prefix: string): (path: string) => string;
}

/** Where the current folder is in its repository; in a bare one, paths count from the root. */
async function locate(folder: string): Promise<Here> {
  const cwd = realpathSync(folder);
  const root = await workTreeOf(cwd);
  if (root === undefined) {
    return {
      repository: cwd,
      inTree: trim,
      shown: prefix => path => (prefix === '' ? path : `${prefix}/${path}`),
    };
  }
  return {
    repository: root,
    inTree: path => trim(relative(root, resolve(cwd, path)).split(sep).join('/')),
    shown: prefix => path => relative(cwd, join(root, prefix, path)),
  };
}

/** The part of a tree below a folder, with paths from there. */
function subtree({ files, unread }: TreeFiles, prefix: string): TreeFiles {
  if (prefix === '') return { files, unread };
  const below = <Item extends { readonly path: string }>(items: readonly Item[]): Item[] =>
    items.flatMap(item => {
      const path = withoutPrefix(item.path, prefix);
      return path === undefined ? [] : [{ ...item, path }];
    });
  return { files: below(files), unread: below(unread) };
}

function withoutPrefix(path: string, prefix: string): string | undefined {
  if (prefix === '' || path === prefix) return path === prefix ? '' : path;
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : undefined;
}

function isBelow(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function trim(path: string): string {
  return path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
}
