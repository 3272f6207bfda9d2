// Whose an object is: the one of its owners that controls it.

/** meta/v1 OwnerReference with `controller: true`. */
export interface ControllerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * The reference to the controller of the object with this metadata; undefined when nothing controls it. There is
 * never a second one: the API server refuses it (kubernetes.io/docs/reference/kubernetes-api, ObjectMeta).
 */
export function controllerOf(metadata: {
  readonly [field: string]: unknown;
}): ControllerReference | undefined {
  const references = metadata['ownerReferences'];
  return Array.isArray(references) ? references.find(isController) : undefined;
}

function isController(reference: unknown): reference is ControllerReference {
  return (reference as { readonly controller?: unknown } | null)?.controller === true;
}
