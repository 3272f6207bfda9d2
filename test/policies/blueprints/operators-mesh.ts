// One product on every engine that an operator runs and on the embedded stores of files, with the classes that are
// shipped: what is tried out are those manifests, not copies of them.

import { join } from 'node:path';
import {
  buildReview,
  type MeshObject,
  type NamedContract,
  type Question,
} from '../../../policies/engine/verdict/review.ts';
import { readManifests } from '../../gitops/read-manifests.ts';

const ENGINES = join(import.meta.dirname, '../../../gitops/manifest/engines');

export const NOW = new Date('2026-06-01T12:00:00Z');

function ours(kind: string, metadata: MeshObject['metadata'], spec: MeshObject['spec'] = {}): MeshObject {
  return { apiVersion: 'dappmesh.io/v1alpha1', kind, metadata, spec };
}

/** The classes in `gitops/manifest/engines`. */
export async function shippedClasses(): Promise<MeshObject[]> {
  return (await readManifests(ENGINES)).map(({ object }) => object);
}

const contractRef = { id: 'retail.sales.clicks', version: '1.0.0' };

export const PRODUCT = ours(
  'DataProduct',
  { name: 'clicks', namespace: 'sales', uid: '8f0c5bb4-3a1e-4a53-9f0e-0d1a4b7c2e11' },
  {
    domainRef: 'sales',
    outputPorts: [
      { name: 'events', type: 'stream', version: '1.0.0', contractRef, engineClass: 'strimzi-topic' },
      { name: 'export', type: 'file', version: '1.0.0', contractRef, engineClass: 'embedded-file' },
    ],
    managementPorts: [{ name: 'metrics', type: 'observability', engineClass: 'prometheus' }],
    storage: [
      { name: 'inbox', role: 'operational', engineClass: 'cloudnative-pg-operational', size: '20Gi' },
      {
        name: 'marts',
        role: 'analytics',
        engineClass: 'cloudnative-pg-analytics',
        parameters: {
          image: 'mirror/postgresql:17',
          storageClassName: 'fast',
          settings: { work_mem: '64MB' },
        },
      },
      { name: 'lake', role: 'object', engineClass: 'embedded-object', size: '50Gi' },
    ],
  },
);

const CONTRACTS: readonly NamedContract[] = [
  {
    name: 'clicks-v1',
    spec: {
      productRef: 'clicks',
      odcs: {
        apiVersion: 'v3.1.0',
        kind: 'DataContract',
        ...contractRef,
        status: 'active',
        servers: [{ server: 'files', type: 's3', location: 's3://clicks/v1/', format: 'parquet' }],
        slaProperties: [
          { property: 'availability', value: 99.9, unit: 'percent' },
          { property: 'latency', value: 15, unit: 'minutes' },
          { property: 'retention', value: 1095, unit: 'days' },
        ],
      },
    },
  },
];

/** Everything around the product. */
export async function operatedMesh(): Promise<MeshObject[]> {
  return [
    ...(await shippedClasses()),
    ours('Mesh', { name: 'retail' }, { engineDefaults: { certificate: 'cert-manager' } }),
    ours('Domain', { name: 'sales' }, { meshRef: 'retail', namespaces: ['sales'] }),
    PRODUCT,
    ours(
      'AccessAgreement',
      { name: 'segments-clicks', namespace: 'sales' },
      {
        provider: { product: 'clicks', port: 'events', major: 1 },
        consumer: { namespace: 'customer', product: 'segments' },
        state: 'approved',
        start: '2026-01-01T00:00:00Z',
      },
    ),
  ];
}

/** What the reconciler asks about a product with those contracts. */
export function questionAbout(object: MeshObject): Question {
  return buildReview({
    object,
    oldObject: null,
    operation: 'CREATE',
    resource: 'dataproducts',
    point: 'audit',
    now: NOW,
    contracts: CONTRACTS,
  });
}
