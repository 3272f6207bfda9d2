// Kinds that children have and the API server does not: the reconciler waits for them, so a plan says so.

import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import { type Asking, isUnserved } from './compare.ts';

type TypeMeta = Pick<KubernetesObject, 'apiVersion' | 'kind'>;

/** `apiVersion/kind` of every kind among the objects that is not served. Throws when the API server cannot be asked. */
export async function findUnserved(objects: Iterable<TypeMeta>, cluster: Asking): Promise<Set<string>> {
  const kinds = new Map([...objects].map(object => [typeKey(object), object]));
  const unserved = new Set<string>();
  await Promise.all(
    [...kinds].map(async ([key, { apiVersion, kind }]) => {
      try {
        await cluster.discover(apiVersion, kind);
      } catch (error) {
        if (!isUnserved(error)) throw error;
        unserved.add(key);
      }
    }),
  );
  return unserved;
}

export function typeKey({ apiVersion, kind }: TypeMeta): string {
  return `${apiVersion}/${kind}`;
}
