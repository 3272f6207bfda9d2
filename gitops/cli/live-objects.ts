// The DappMesh objects of a live cluster, with their status.

import type { Cluster } from '../../cluster/connect.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { GROUP, KINDS, type KindInfo, VERSION } from '../../schemas/kinds.ts';
import { CannotJudgeError, messageOf } from './failure.ts';
import { keyOf } from './tree.ts';

/** Objects by key: `DataProduct/sales/orders`. */
export type LiveObjects = Map<string, MeshObject>;

/** What to do when the cluster cannot be read by a command that could do without. */
const LEAVE_OUT = 'check --kubeconfig, or leave out --cluster';

/** Lists all kinds. Throws CannotJudgeError: an inventory that is only half known must not judge anything. */
export function listLiveObjects(kubeconfig: string | undefined): Promise<LiveObjects> {
  return withCluster({ kubeconfig, remedy: LEAVE_OUT }, cluster => listAll(cluster));
}

/**
 * Connects, lets `use` work, and ends the connections. Whatever is thrown meanwhile becomes a CannotJudgeError that
 * says that the cluster could not be read.
 */
export async function withCluster<Result>(
  { kubeconfig, remedy = LEAVE_OUT }: { kubeconfig: string | undefined; remedy?: string },
  use: (cluster: Cluster) => Promise<Result>,
): Promise<Result> {
  const { connect } = await import('../../cluster/connect.ts');
  try {
    const cluster = connect({
      userAgent: 'dappmesh-cli',
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    });
    try {
      return await use(cluster);
    } finally {
      await cluster.close();
    }
  } catch (error) {
    if (error instanceof CannotJudgeError) throw error;
    throw new CannotJudgeError(`the cluster could not be read: ${messageOf(error)}`, remedy, {
      cause: error,
    });
  }
}

/** Lists all kinds of all namespaces, or of one namespace and what belongs to none. Throws what the requests throw. */
export async function listAll(cluster: Cluster, namespace?: string): Promise<LiveObjects> {
  const lists = await Promise.all(KINDS.map(info => listKind(cluster, info, namespace)));
  return new Map(
    lists.flat().map(object => [keyOf(object.kind, object.metadata.namespace, object.metadata.name), object]),
  );
}

async function listKind(
  cluster: Cluster,
  { plural, scope }: KindInfo,
  namespace: string | undefined,
): Promise<MeshObject[]> {
  const resource = { group: GROUP, version: VERSION, plural };
  const at = scope === 'Cluster' ? undefined : namespace;
  try {
    return await cluster.list({ resource, namespace: at });
  } catch (error) {
    // An API server without our CRDs has no such path at all.
    if (!isNotFound(error)) throw error;
    const message = `the cluster does not serve ${plural}.${GROUP}`;
    throw new CannotJudgeError(message, 'install the kinds: kubectl apply -f gitops/manifest/crds', {
      cause: error,
    });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'ApiError' && 'status' in error && error.status === 404;
}
