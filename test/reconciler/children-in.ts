// What was made for objects of DappMesh, as the API server has it.

import type { Cluster } from '../../cluster/connect.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { splitType } from '../../reconciler/child-watches.ts';

/** Everything of these kinds that we made, or only its metadata; of a kind that cannot be listed, nothing. */
export async function childrenIn(
  { cluster }: { readonly cluster: Pick<Cluster, 'discover' | 'list'> },
  types: readonly string[],
  { metadataOnly = false }: { readonly metadataOnly?: boolean } = {},
): Promise<KubernetesObject[]> {
  const lists = types.map(async type => {
    const [apiVersion, kind] = splitType(type);
    try {
      const resource = await cluster.discover(apiVersion, kind);
      const items = await cluster.list({
        resource,
        metadataOnly,
        labelSelector: 'app.kubernetes.io/managed-by=dappmesh',
      });
      return items.map(item => ({ ...item, apiVersion, kind }));
    } catch {
      return [];
    }
  });
  return (await Promise.all(lists)).flat();
}
