// The DappMesh objects of a live cluster, to be joined with the tree.

import type { MeshObject } from '../../policies/engine/review.ts';
import { GROUP, KINDS, VERSION } from '../../schemas/kinds.ts';
import { CannotJudgeError, messageOf } from './failure.ts';
import { keyOf } from './tree.ts';

/** Lists all kinds. Throws CannotJudgeError: an inventory that is only half known must not judge anything. */
export async function listLiveObjects(kubeconfig: string | undefined): Promise<Map<string, MeshObject>> {
  const { connect } = await import('../../cluster/connect.ts');
  try {
    const cluster = connect(kubeconfig === undefined ? {} : { kubeconfig });
    try {
      const lists = await Promise.all(
        KINDS.map(({ plural }) => cluster.list({ resource: { group: GROUP, version: VERSION, plural } })),
      );
      const objects = lists.flat() as MeshObject[];
      return new Map(
        objects.map(object => [keyOf(object.kind, object.metadata.namespace, object.metadata.name), object]),
      );
    } finally {
      await cluster.close();
    }
  } catch (error) {
    throw new CannotJudgeError(
      `the cluster could not be read: ${messageOf(error)}`,
      'check --kubeconfig, or leave out --cluster',
      {
        cause: error,
      },
    );
  }
}
