// The example mesh on an API server, in as few calls of kubectl as there can be: each takes its time.

import { readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ControlPlane } from '../tools/control-plane.ts';
import { until } from './until.ts';

const GITOPS = join(import.meta.dirname, '../gitops');
const RETAIL = join(GITOPS, 'examples/retail');

/** What kubectl says as long as the API server does not serve a definition that it has taken. */
const NOT_SERVED_YET = /no matches for kind|could not find the requested resource/;

/** Applies our definitions, the mesh, and the products of these domains. Throws what kubectl says. */
export async function applyExamples(plane: ControlPlane, domains: readonly string[]): Promise<void> {
  const applied = await apply(plane, '-f', join(GITOPS, 'manifest/crds'));
  if (applied !== '') throw new Error(applied);
  const folders = [RETAIL];
  for (const domain of domains) {
    const entries = await readdir(join(RETAIL, 'domains', domain), { withFileTypes: true });
    folders.push(
      ...entries.filter(entry => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
    );
  }
  // Kustomize takes JSON too, and folders by relative paths only.
  const resources = folders.map(folder => relative(plane.dir, folder));
  await writeFile(join(plane.dir, 'kustomization.yaml'), JSON.stringify({ resources }));
  // Even one that is established is not yet known everywhere in the API server.
  let fault = '';
  await until(
    async () => {
      fault = await apply(plane, '-k', plane.dir);
      return !NOT_SERVED_YET.test(fault);
    },
    { seen: () => fault },
  );
  if (fault !== '') throw new Error(fault);
}

/** Gives what kubectl has against it; nothing when all is applied. */
async function apply(plane: ControlPlane, ...what: string[]): Promise<string> {
  const args = ['apply', '--server-side', ...what];
  const { code, stderr } = await plane.kubectl(args);
  return code === 0 ? '' : `kubectl ${args.join(' ')}: ${stderr}`;
}
