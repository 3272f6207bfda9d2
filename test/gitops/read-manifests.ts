// The YAML documents of a folder, with the file that each stands in.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';

export interface Manifest {
  /** Path below the folder. */
  readonly file: string;
  readonly object: MeshObject;
}

/** All documents of all `.yaml` files below `folder`, by path; Kustomize's own files left out. Throws on a YAML fault. */
export async function readManifests(folder: string): Promise<Manifest[]> {
  const files = (await readdir(folder, { recursive: true })).filter(
    file => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'),
  );
  const perFile = await Promise.all(files.toSorted().map(file => readFileOf(folder, file)));
  return perFile.flat();
}

async function readFileOf(folder: string, file: string): Promise<Manifest[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return parseAllDocuments(text).map(document => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new Error(`${file}: ${fault.message}`);
    return { file, object: document.toJS() as MeshObject };
  });
}
