// Bugs in a reconciler, without a word about them in its code: a module that is loaded before it makes built-ins that it
// uses throw at objects that carry a mark, for as long as the bug is planted.

import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import zlib from 'node:zlib';

/** `packing` happens in the handler of a change, `unpacking` in a reconcile (reconciler/store/packing.ts). */
export type Bug = 'packing' | 'unpacking';

const MARK = 'example.com/bug';

/** The annotations of an object that is to meet the bug. */
export function markedFor(bug: Bug): Record<string, string> {
  return { [MARK]: bug };
}

/** The arguments with which Node loads this module; `folder` says which bugs are planted. */
export function loadingBugs(folder: string): readonly string[] {
  const url = new URL(import.meta.url);
  url.searchParams.set('folder', folder);
  return [`--import=${url.href}`];
}

/** From now on marked objects meet the bug. Gives the way to mend it. */
export function plant(folder: string, bug: Bug): () => Promise<void> {
  writeFileSync(join(folder, bug), '');
  return () => rm(join(folder, bug), { force: true });
}

function strike(folder: string, bug: Bug, bytes: Buffer): void {
  if (bytes.includes(`"${MARK}":"${bug}"`) && existsSync(join(folder, bug)))
    throw new TypeError(`a bug in ${bug}`);
}

const folder = new URL(import.meta.url).searchParams.get('folder');
if (folder !== null) {
  const { deflateRawSync, inflateRawSync } = zlib;
  Object.assign(zlib, {
    deflateRawSync(...args: Parameters<typeof deflateRawSync>) {
      strike(folder, 'packing', args[0] as Buffer);
      return deflateRawSync(...args);
    },
    inflateRawSync(...args: Parameters<typeof inflateRawSync>) {
      const bytes = inflateRawSync(...args);
      strike(folder, 'unpacking', bytes);
      return bytes;
    },
  });
  syncBuiltinESMExports();
}
