// Which files are judged (those that were named) and which are only looked at (the rest of their tree).

import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CannotJudgeError } from './failure.ts';
import { readFolder, readOne } from './read/folder.ts';
import type { SourceFile, TreeFiles } from './read/source-file.ts';
import type { Manifest, Tree, TreeFinding } from './tree.ts';
import { buildTree } from './tree-builder.ts';
import { commonFolder, findRoot, givenRoot, isWithin } from './tree-root.ts';

/** A tree with the part of it that people want to hear about. */
export interface Selection {
  readonly tree: Tree;
  readonly isNamed: (file: string) => boolean;
  /** What was there before, for what came from outside of the tree; a tree by itself is judged as it stands. */
  readonly before: ReadonlyMap<string, Manifest>;
}

export interface SelectionOptions {
  readonly cwd: string;
  readonly stdin: AsyncIterable<Buffer>;
  /** The folder that is the whole inventory, whatever the paths are. */
  readonly tree?: string | undefined;
}

/** The path that stands for standard input. */
const STDIN = '-';
/** What no path of a tree starts with: files that were named but are no part of the tree. */
const OUTSIDE = '\0';

/**
 * Reads what was named and the tree around it. What was named but is no part of the tree replaces the tree's object
 * of that name, and is judged as that change. Throws CannotJudgeError, and what the file system throws.
 */
export async function selectPaths(paths: readonly string[], options: SelectionOptions): Promise<Selection> {
  const cwd = realpathSync(options.cwd);
  const targets = paths.filter(path => path !== STDIN).map(path => existing(resolve(cwd, path), path));
  const start = targets.length === 0 ? cwd : commonFolder(targets);
  const root =
    options.tree === undefined ? await findRoot(start) : realpathSync(givenRoot(resolve(cwd, options.tree)));
  const files = root === undefined ? readTargets(targets, start) : readFolder(root);
  const base = root ?? start;
  const shownFrom = (folder: string) => (path: string) => relative(cwd, join(folder, path)) || path;
  const outside = targets.filter(target => !holds(files, base, target));
  const trees = outside.map(target => buildTree(readTargets([target], target), { shown: shownFrom(target) }));
  if (paths.includes(STDIN)) trees.push(buildTree(await readStdin(options.stdin)));
  const named = targets.filter(target => !outside.includes(target)).map(target => toTreePath(base, target));
  const standing = buildTree(files, { shown: shownFrom(base) });
  const isStanding = (file: string): boolean => named.some(name => isBelow(name, file));
  const before =
    trees.length === 0 ? [] : [...standing.manifests].filter(([, { file }]) => !isStanding(file));
  return {
    tree: overlay(standing, trees),
    isNamed: file => file.startsWith(OUTSIDE) || isStanding(file),
    before: new Map(before),
  };
}

/** Only what was named, as paths below a folder; a file is its own empty path. */
function readTargets(targets: readonly string[], base: string): TreeFiles {
  const files = new Map<string, SourceFile>();
  const unread: TreeFiles['unread'][number][] = [];
  for (const target of targets) {
    const prefix = toTreePath(base, target);
    const read = statSync(target).isDirectory() ? readFolder(target) : readOne(target, '');
    const at = (path: string): string => [prefix, path].filter(part => part !== '').join('/');
    for (const file of read.files) files.set(file.id, { ...file, path: at(file.path) });
    unread.push(...read.unread.map(file => ({ ...file, path: at(file.path) })));
  }
  return { files: [...files.values()], unread };
}

async function readStdin(stdin: AsyncIterable<Buffer>): Promise<TreeFiles> {
  return { files: [{ path: 'stdin', id: STDIN, bytes: await buffer(stdin) }], unread: [] };
}

/** The tree as it would be with the others' objects in place of its own. */
function overlay(base: Tree, others: readonly Tree[]): Tree {
  const manifests = new Map<string, Manifest>(base.manifests);
  const findings: TreeFinding[] = [...base.findings];
  for (const other of others) {
    for (const [key, manifest] of other.manifests)
      manifests.set(key, { ...manifest, file: OUTSIDE + manifest.file });
    findings.push(...other.findings.map(({ file, finding }) => ({ file: OUTSIDE + file, finding })));
  }
  const sum = (of: (tree: Tree) => number): number =>
    [base, ...others].reduce((total, tree) => total + of(tree), 0);
  return {
    manifests,
    findings,
    ids: base.ids,
    files: sum(tree => tree.files),
    others: sum(tree => tree.others),
  };
}

function holds({ files, unread }: TreeFiles, base: string, target: string): boolean {
  if (!isWithin(base, target)) return false;
  const name = toTreePath(base, target);
  return name === '' || [...files, ...unread].some(({ path }) => isBelow(name, path));
}

function toTreePath(base: string, path: string): string {
  return relative(base, path).split(sep).join('/');
}

function isBelow(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function existing(path: string, named: string): string {
  if (existsSync(path)) return realpathSync(path);
  throw new CannotJudgeError(`there is no file or folder ${JSON.stringify(named)}`);
}
