// A live cluster → its mesh at a glance, with somebody waiting for it.

import { listAll, withCluster } from '../live-objects.ts';
import { startProgress } from '../progress.ts';
import type { Shell } from '../shell.ts';
import { type Overview, toOverview } from './overview.ts';

export interface Where {
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

/**
 * Lists everything that is asked for: the namespace that is named, else that of the kubeconfig's context, else all.
 * Throws CannotJudgeError without a cluster.
 */
export async function readOverview(
  { kubeconfig, namespace, allNamespaces }: Where,
  shell: Shell,
): Promise<Overview> {
  const progress = startProgress(shell.stderr);
  progress.phase('reading the cluster');
  try {
    const remedy = 'check --kubeconfig, KUBECONFIG or ~/.kube/config, and who may read dappmesh.io';
    const live = await withCluster({ kubeconfig, remedy }, cluster =>
      listAll(cluster, allNamespaces === true ? undefined : (namespace ?? cluster.namespace)),
    );
    return toOverview(live, shell.now());
  } finally {
    progress.end();
  }
}
