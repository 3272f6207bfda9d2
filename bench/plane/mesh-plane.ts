// A real control plane with the kinds installed and, when asked for, the whole mesh in its etcd.

import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { ROOT } from '../servers/webhook.ts';
import { openEtcd } from './etcd.ts';

/** Starts a control plane and installs the CRDs. */
export async function startPlane(): Promise<ControlPlane> {
  const plane = await startControlPlane();
  try {
    await kubectl(plane, ['apply', '--server-side', '-f', join(ROOT, 'gitops/manifest/crds')]);
    await kubectl(plane, ['wait', '--for=condition=Established', 'crd', '--all']);
    return plane;
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

/** Applies the example as a sync engine would, namespaces and all. */
export async function applyExample(plane: ControlPlane): Promise<void> {
  await kubectl(plane, ['apply', '--server-side', '-k', join(ROOT, 'gitops/examples/retail')]);
}

/** Puts the mesh into etcd; gives the number of objects. */
export async function fillPlane(plane: ControlPlane, mesh: Mesh): Promise<number> {
  const etcd = openEtcd(plane.etcdUrl);
  try {
    return await etcd.write(mesh.objects());
  } finally {
    await etcd.close();
  }
}

/** Gives standard output. Throws with what kubectl said when it fails. */
export async function kubectl(plane: ControlPlane, args: string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await plane.kubectl(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
