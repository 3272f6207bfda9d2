// The Rego sources that a bundle is made of, in a stable order.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';

/** Root of the repository: paths in messages and bundles start there. */
export const ROOT = join(import.meta.dirname, '..', '..');

export const DEFAULT_SOURCES: readonly string[] = [
  'policies/governance',
  'policies/defaults',
  'policies/blueprints',
];

/** What a policy may call; generated. */
export const CAPABILITIES_FILE = 'policies/capabilities.json';

/** What a policy may read; generated from the schemas of the kinds. */
export const SCHEMAS = 'schemas/generated/rego';

export interface SourceFile {
  /** From the root of the repository where it is inside, else from its folder; with forward slashes. */
  readonly file: string;
  readonly text: string;
}

/** What a bundle is made of: all Rego files in the folders given, tests left out. */
export async function readSources(folders: readonly string[], root = ROOT): Promise<SourceFile[]> {
  const files = await readRego(folders, root);
  return files.filter(({ file }) => !file.endsWith('_test.rego'));
}

/** All Rego files in the folders given (from `root` on). Throws where a folder cannot be read. */
export async function readRego(folders: readonly string[], root = ROOT): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const folder of folders.map(name => resolve(root, name))) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !entry.name.endsWith('.rego')) continue;
      const path = join(entry.parentPath, entry.name);
      found.push({ file: nameOf(path, folder, root), text: await readFile(path, 'utf8') });
    }
  }
  return found.sort((a, b) => (a.file < b.file ? -1 : 1));
}

function nameOf(path: string, folder: string, root: string): string {
  const inRoot = relative(root, path);
  const name = inRoot.startsWith('..') ? join(basename(folder), relative(folder, path)) : inRoot;
  return name.split(sep).join('/');
}
