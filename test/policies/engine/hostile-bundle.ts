// Bundles of the Rego beside the tests, built as the real one is. The policies of `hostile/` misbehave for objects
// of a certain name, or in any case.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBundle } from '../../../policies/bundle/build.ts';
import { type Bundle, loadBundle } from '../../../policies/engine/loading/bundle.ts';

/** The file of a bundle made of one folder of Rego. */
export async function buildFolder(folder: string): Promise<Uint8Array> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-hostile-'));
  try {
    const { path } = await buildBundle({ sources: [folder], output: join(dir, 'bundle.tar.gz') });
    return await readFile(path);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** The file of a bundle whose sources are a folder of `hostile/`. */
export async function buildHostile(name: string): Promise<Uint8Array> {
  return buildFolder(join(import.meta.dirname, 'hostile', name));
}

export async function loadHostile(name: string): Promise<Bundle> {
  return loadBundle(await buildHostile(name));
}
