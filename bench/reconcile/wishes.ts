// What the blueprints ask for, product by product, in a namespace of its own: the bodies that the reconciler sends, to be
// sent by somebody who does nothing else.

import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import { createEngine } from '../../policies/engine/engine.ts';
import type { Bundle } from '../../policies/engine/loading/bundle.ts';
import { buildReview, type MeshObject } from '../../policies/engine/verdict/review.ts';

/** Takes a whole mesh; gives the children of its first `count` products, moved to `namespace` and owned by nobody. */
export async function wishesOf(
  bundle: Bundle,
  objects: readonly MeshObject[],
  count: number,
  namespace: string,
): Promise<KubernetesObject[]> {
  const engine = await createEngine({ bundle, builds: true, threads: 1 });
  try {
    for (const object of objects) engine.inventory.apply(object);
    const products = objects.filter(({ kind }) => kind === 'DataProduct').slice(0, count);
    const wishes: KubernetesObject[] = [];
    for (const product of products) {
      const { objects: children, faults } = await engine.build(reviewOf(product, objects));
      if (faults.length > 0) throw new Error(`${product.metadata.name}: ${faults[0]?.message}`);
      wishes.push(...children.map(child => finishChild(inNamespace(child, namespace), unstored(product))));
    }
    return wishes;
  } finally {
    await engine.close();
  }
}

function reviewOf(product: MeshObject, objects: readonly MeshObject[]) {
  const { name, namespace } = product.metadata;
  const contracts = objects
    .filter(({ kind, metadata }) => kind === 'DataContract' && metadata.namespace === namespace)
    .filter(({ spec }) => spec?.['productRef'] === name)
    .map(({ metadata, spec }) => ({ name: metadata.name, spec }));
  return buildReview({
    object: product,
    oldObject: null,
    operation: 'CREATE',
    resource: 'dataproducts',
    point: 'audit',
    now: new Date(),
    contracts,
  });
}

function inNamespace<Child extends { readonly metadata: object }>(child: Child, namespace: string): Child {
  return { ...child, metadata: { ...child.metadata, namespace } };
}

/** Without a uid: no owner reference comes of it, and no garbage collector minds. */
function unstored(product: MeshObject): MeshObject {
  const { uid: _, ...metadata } = product.metadata;
  return { ...product, metadata };
}
