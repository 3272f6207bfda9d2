// Bundles as files: only what serves is kept, and the same content gives the same bytes.

import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create, list } from 'tar';

/** Gives one file of a bundle; throws when it is not there. */
export async function readBundleFile(bundle: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const files = await readBundle(bundle);
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`${bundle} has no ${name}`);
  return bytes;
}

/** All files of a bundle, by name without a leading slash. */
export async function readBundle(bundle: string): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const pending: Promise<void>[] = [];
  await list({
    file: bundle,
    onReadEntry: entry => {
      pending.push(entry.concat().then(bytes => void files.set(nameOf(entry.path), new Uint8Array(bytes))));
    },
  });
  await Promise.all(pending);
  return files;
}

/**
 * Writes a bundle of these files: sorted, without times, owners or modes of this machine. A reader sees the old
 * bundle or the new one, never half of one.
 */
export async function writeBundle(files: ReadonlyMap<string, Uint8Array>, output: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-bundle-'));
  const half = join(dirname(output), `.${process.pid}.bundle.tar.gz`);
  try {
    const names = [...files.keys()].sort();
    for (const name of names) await writeFile(join(dir, name), files.get(name) ?? '', { mode: 0o644 });
    await create({ file: half, cwd: dir, gzip: { level: 9 }, portable: true, mtime: new Date(0) }, names);
    await rename(half, output);
  } finally {
    await rm(dir, { recursive: true });
    await rm(half, { force: true });
  }
}

/** Size in bytes. */
export async function bundleSize(bundle: string): Promise<number> {
  return (await readFile(bundle)).length;
}

function nameOf(path: string): string {
  return path.replace(/^\//, '');
}
