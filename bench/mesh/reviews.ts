// Reviews as the API server writes them: its order of keys, sorted objects, no spaces.

import { randomUUID } from 'node:crypto';
import type { MeshObject, UserInfo } from '../../policies/engine/verdict/review.ts';

/** The body of a CREATE. */
export function createReview(object: MeshObject, user: UserInfo): Buffer {
  return toBytes('CREATE', stored(object), null, user);
}

/** The body of an UPDATE that changes nothing: what a GitOps tool sends at every interval. */
export function unchangedReview(object: MeshObject, user: UserInfo): Buffer {
  const before = stored(object);
  return toBytes('UPDATE', before, before, user);
}

/** The object with the metadata that the API server has given it by the time admission sees it. */
export function stored(object: MeshObject): MeshObject {
  const metadata = {
    ...object.metadata,
    uid: randomUUID(),
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { ...object, metadata, status: { observedGeneration: -1 } };
}

function toBytes(
  operation: 'CREATE' | 'UPDATE',
  object: MeshObject,
  oldObject: MeshObject | null,
  user: UserInfo,
): Buffer {
  const kind = { group: 'dappmesh.io', version: 'v1alpha1', kind: 'DataProduct' };
  const resource = { group: 'dappmesh.io', version: 'v1alpha1', resource: 'dataproducts' };
  const request = {
    uid: randomUUID(),
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    name: object.metadata.name,
    namespace: object.metadata.namespace,
    operation,
    userInfo: user,
    object: sorted(object),
    oldObject: sorted(oldObject),
    dryRun: false,
    options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'kustomize-controller' },
  };
  return Buffer.from(JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request }));
}

/** Keys in order, at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
