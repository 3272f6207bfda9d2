// The example mesh as objects: the vocabulary, domains and providers that everything in the bench refers to.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { isOurs } from '../../schemas/kinds.ts';

const FOLDER = join(import.meta.dirname, '../../gitops/examples/retail');

/** All DappMesh objects of `gitops/examples/retail`, one per file. */
export async function readExample(): Promise<MeshObject[]> {
  const entries = await readdir(FOLDER, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile() && entry.name.endsWith('.yaml'));
  const texts = await Promise.all(files.map(file => readFile(join(file.parentPath, file.name), 'utf8')));
  return texts.flatMap(text => {
    // Files of several documents hold namespaces and accounts, none of ours.
    if (/^---$/m.test(text)) return [];
    const object = parse(text) as MeshObject;
    return isOurs(object.apiVersion) ? [object] : [];
  });
}

/** The one object of that kind and name. Throws when the example no longer has it. */
export function pick(example: readonly MeshObject[], kind: string, name: string): MeshObject {
  const found = example.find(object => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`the example mesh has no ${kind} ${name}`);
  return found;
}
