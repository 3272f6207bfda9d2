// Copies of objects under other names: only what differs is new, the rest is shared with the original.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';

/** The object under another name and namespace; cluster-scoped ones have none. */
export function renamed(object: MeshObject, name: string, namespace?: string): MeshObject {
  const metadata = { ...object.metadata, name };
  return { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
}

/** The object with some fields of its spec replaced. */
export function respecified(object: MeshObject, fields: Readonly<Record<string, unknown>>): MeshObject {
  return { ...object, spec: { ...object.spec, ...fields } };
}

/** A list field of a spec, as records. */
export function listOf(object: MeshObject, field: string): Record<string, unknown>[] {
  const value = object.spec?.[field];
  if (!Array.isArray(value))
    throw new TypeError(`${object.kind} ${object.metadata.name} has no list ${field}`);
  return value as Record<string, unknown>[];
}

/** An ODCS document of the contract under another id, and the contract for another product. */
export function contractFor(
  contract: MeshObject,
  product: { name: string; namespace: string; contractId: string },
): MeshObject {
  const odcs = { ...(contract.spec?.['odcs'] as object), id: product.contractId, dataProduct: product.name };
  return respecified(renamed(contract, `${product.name}-v1-0-0`, product.namespace), {
    productRef: product.name,
    odcs,
  });
}
