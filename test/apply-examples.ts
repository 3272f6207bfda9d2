// The example mesh on an API server, in as few calls of kubectl as there can be: each takes its time.

import { readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ControlPlane } from '../tools/control-plane.ts';

const GITOPS = join(import.meta.dirname, '../gitops');
const RETAIL = join(GITOPS, 'examples/retail');

/** Applies our definitions, the mesh, and the products of these domains. Throws what kubectl says. */
export async function applyExamples(plane: ControlPlane, domains: readonly string[]): Promise<void> {
  await kubectl(plane, 'apply', '--server-side', '-f', join(GITOPS, 'manifest/crds'));
  await kubectl(plane, 'wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
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
  await kubectl(plane, 'apply', '--server-side', '-k', plane.dir);
}

async function kubectl(plane: ControlPlane, ...args: string[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}
