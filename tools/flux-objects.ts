// The shipped objects that have Flux sync a mesh, for a repository on this machine.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface FluxObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const SHIPPED = join(import.meta.dirname, '../gitops/manifest/flux');

/** Source, mesh and products as they are shipped, but with the address of the repository, looked at each second. */
export async function fluxObjects(url: string): Promise<FluxObject[]> {
  const [source, ...others] = await Promise.all(['source.yaml', 'mesh.yaml', 'products.yaml'].map(read));
  if (source?.kind !== 'GitRepository') throw new Error('source.yaml is not a GitRepository');
  return [{ ...source, spec: { ...source.spec, interval: '1s', url } }, ...others];
}

async function read(file: string): Promise<FluxObject> {
  return parse(await readFile(join(SHIPPED, file), 'utf8')) as FluxObject;
}
