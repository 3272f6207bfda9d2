// A small live mesh: one domain, a provider in use, a consumer that waits, and every way an agreement can stand.

import { type LiveObjects } from '../../../../gitops/cli/live-objects.ts';
import { keyOf } from '../../../../gitops/cli/tree.ts';
import type { MeshObject } from '../../../../policies/engine/verdict/review.ts';

export const NOW = new Date('2026-06-01T00:00:00Z');

interface Parts {
  readonly namespace?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** An object as the API server gives it, of generation 1. */
export function liveObject(
  kind: string,
  name: string,
  { namespace, metadata, spec, status }: Parts,
): MeshObject {
  return {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), generation: 1, ...metadata },
    spec: spec ?? {},
    ...(status === undefined ? {} : { status: { observedGeneration: 1, ...status } }),
  };
}

/** A condition as the reconciler writes it. */
export function condition(type: string, status: string, reason = 'Succeeded', message = ''): object {
  return { type, status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' };
}

export const READY = { conditions: [condition('Ready', 'True'), condition('Compliant', 'True')] };
const WAITS = {
  conditions: [
    condition('Ready', 'False', 'DependencyNotReady', 'DataProduct sales/orders is not ready'),
    condition('Compliant', 'False', 'Violations', '1 policy is broken: DM-OWN-001'),
  ],
};

function agreement(name: string, spec: Record<string, unknown>): MeshObject {
  return liveObject('AccessAgreement', name, {
    namespace: 'sales',
    status: READY,
    spec: {
      provider: { product: 'orders', port: 'table', major: 1 },
      consumer: { namespace: 'crm', product: 'segments' },
      ...spec,
    },
  });
}

const OBJECTS: readonly MeshObject[] = [
  liveObject('Mesh', 'retail', { status: READY }),
  liveObject('Domain', 'sales', { status: READY, spec: { meshRef: 'retail', namespaces: ['sales'] } }),
  liveObject('Domain', 'customer', { status: READY, spec: { meshRef: 'retail', namespaces: ['crm'] } }),
  liveObject('DataProduct', 'orders', {
    namespace: 'sales',
    metadata: { finalizers: ['dappmesh.io/in-use'] },
    spec: {
      domainRef: 'sales',
      version: '1.2.0',
      lifecycle: { phase: 'active' },
      outputPorts: [
        { name: 'table', type: 'sql', version: '1.2.0', contractRef: { id: 'c', version: '1.2.0' } },
      ],
    },
    status: {
      ...READY,
      endpoints: [{ port: 'table', type: 'sql', url: 'postgresql://orders.sales:5432' }],
      engines: [
        { name: 'table', role: 'analytics', engineClass: 'other' },
        { name: 'table', role: 'sql', engineClass: 'embedded-sql' },
      ],
    },
  }),
  liveObject('DataProduct', 'segments', {
    namespace: 'crm',
    spec: {
      domainRef: 'customer',
      inputPorts: [
        {
          name: 'a',
          from: { namespace: 'sales', product: 'orders', port: 'table' },
          agreementRef: 'granted',
        },
        { name: 'b', from: { namespace: 'sales', product: 'orders', port: 'table' }, agreementRef: 'ended' },
      ],
    },
    status: WAITS,
  }),
  liveObject('DataContract', 'orders-v1', {
    namespace: 'sales',
    spec: { productRef: 'orders', odcs: { id: 'c', version: '1.2.0', status: 'active' } },
    status: READY,
  }),
  agreement('granted', { state: 'approved', start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z' }),
  agreement('ended', { state: 'approved', start: '2025-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' }),
  agreement('asked', { state: 'requested' }),
  liveObject('EngineClass', 'embedded-sql', { spec: { role: 'sql', blueprint: 'embedded-sql' } }),
  liveObject('PolicyExemption', 'late', {
    namespace: 'sales',
    spec: {
      policy: 'DM-QUA-001',
      target: { kind: 'DataProduct', name: 'orders' },
      expires: '2026-09-30T00:00:00Z',
    },
    status: READY,
  }),
];

/** The mesh, with some objects in place of those of the same name. */
export function liveMesh(...others: readonly MeshObject[]): LiveObjects {
  return new Map(
    [...OBJECTS, ...others].map(object => [
      keyOf(object.kind, object.metadata.namespace, object.metadata.name),
      object,
    ]),
  );
}
