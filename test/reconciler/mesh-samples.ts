// Objects of DappMesh with no more in them than links.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';

let version = 0;

/** An object as the API server would give it; cluster-scoped without a namespace. */
export function meshObject(
  kind: string,
  path: string,
  spec: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): MeshObject {
  const [name = '', namespace] = path.split('/').toReversed();
  version += 1;
  return {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: `uid-${kind}-${path}`,
      generation: 1,
      resourceVersion: String(version),
      ...(more['metadata'] as object),
    },
    spec,
    ...(more['status'] === undefined ? {} : { status: more['status'] }),
  };
}

export const product = (path: string, domainRef: string, ...inputs: string[]): MeshObject =>
  meshObject('DataProduct', path, {
    domainRef,
    inputPorts: inputs.map(input => {
      const [namespace, name] = input.split('/');
      return { name, from: { namespace, product: name, port: 'out' } };
    }),
  });

export const contract = (path: string, productRef: string, odcs: object = {}): MeshObject =>
  meshObject('DataContract', path, { productRef, odcs });

export const agreement = (path: string, provider: string, consumer: string): MeshObject => {
  const [namespace, name] = consumer.split('/');
  return meshObject('AccessAgreement', path, {
    provider: { product: provider, port: 'out', major: 1 },
    consumer: { namespace, product: name },
  });
};

export const exemption = (path: string, kind: string, target: string): MeshObject => {
  const [name, namespace] = target.split('/').toReversed();
  return meshObject('PolicyExemption', path, {
    target: { kind, name, ...(namespace === undefined ? {} : { namespace }) },
  });
};

/** A mesh with two domains, two products linked by an input and an agreement, contracts and an exemption. */
export function sampleMesh(): MeshObject[] {
  return [
    meshObject('Mesh', 'retail'),
    meshObject('Domain', 'sales', { meshRef: 'retail', namespaces: ['sales'] }),
    meshObject('Domain', 'logistics', { meshRef: 'retail', namespaces: ['logistics', 'depot'] }),
    meshObject('EngineClass', 'embedded'),
    product('sales/orders', 'sales'),
    product('logistics/shipments', 'logistics', 'sales/orders'),
    contract('sales/orders-v1', 'orders'),
    contract('sales/orders-v2', 'orders'),
    agreement('sales/shipments-orders', 'orders', 'logistics/shipments'),
    exemption('sales/late', 'DataProduct', 'sales/orders'),
  ];
}
