// Our kinds on an API server.

import { join } from 'node:path';
import { GROUP, KINDS } from '../schemas/kinds.ts';
import type { ControlPlane } from '../tools/control-plane.ts';
import { until } from './until.ts';

const CRDS = join(import.meta.dirname, '../gitops/manifest/crds');
const RESOURCES = KINDS.map(({ plural }) => `${plural}.${GROUP}`).join(',');

/**
 * Applies the definitions, and waits until each kind is served: that comes after its definition is said to be
 * established. Throws what kubectl says.
 */
export async function installKinds(plane: ControlPlane): Promise<void> {
  const { code, stderr } = await plane.kubectl(['apply', '--server-side', '-f', CRDS]);
  if (code !== 0) throw new Error(`kubectl apply -f ${CRDS}: ${stderr}`);
  let said = '';
  const served = async (): Promise<boolean> => {
    const result = await plane.kubectl(['get', RESOURCES, '--all-namespaces']);
    said = result.stderr;
    return result.code === 0;
  };
  await until(served, { seen: () => said });
}
