// One valid object of each kind, with every part that has a rule of its own.

import type { ObjectsByKind } from '../../schemas/generated/types/objects.ts';

const apiVersion = 'dappmesh.io/v1alpha1';

/** A contract document that keeps the standard's structure. */
export const VALID_ODCS = {
  apiVersion: 'v3.1.0',
  kind: 'DataContract',
  id: 'orders',
  version: '1.4.0',
  status: 'active',
  description: { purpose: 'Orders of the shop', usage: 'Reporting', limitations: 'None' },
  team: { name: 'orders', members: [{ username: 'ada' }] },
  servers: [{ server: 'production', type: 'kafka', host: 'kafka.sales:9092' }],
  schema: [
    {
      name: 'orders',
      logicalType: 'object',
      properties: [
        { name: 'id', logicalType: 'string', primaryKey: true, classification: 'internal' },
        { name: 'amount', logicalType: 'number', logicalTypeOptions: { minimum: 0 } },
      ],
      quality: [{ type: 'library', metric: 'rowCount', mustBeGreaterThan: 0 }],
    },
  ],
  slaProperties: [{ property: 'latency', value: 4, unit: 'h' }],
};

/** Valid objects by kind. Copy before changing. */
export const VALID_OBJECTS: ObjectsByKind = {
  Mesh: {
    apiVersion,
    kind: 'Mesh',
    metadata: { name: 'retail' },
    spec: {
      regions: ['eu-central-1'],
      naming: { pattern: '[a-z][a-z0-9-]*' },
      engines: ['postgres', 'gateway'],
      engineDefaults: { operational: 'postgres', rest: 'gateway' },
      classifications: [{ name: 'public' }, { name: 'secret', personal: true, maxRetentionDays: 30 }],
      tiers: [{ name: 'gold', slo: { availabilityPercent: 99.9, latencySeconds: 60 } }],
      enforcement: [{ code: 'DM-QUA-001', push: 'deny', until: '2026-12-31T00:00:00Z' }],
    },
  },
  Domain: {
    apiVersion,
    kind: 'Domain',
    metadata: { name: 'sales' },
    spec: {
      meshRef: 'retail',
      namespaces: ['sales'],
      ownerGroups: ['oidc:sales-owners'],
      teams: [{ name: 'orders', contacts: [{ type: 'email', value: 'orders@example.com' }] }],
    },
  },
  DataProduct: {
    apiVersion,
    kind: 'DataProduct',
    metadata: { name: 'orders', namespace: 'sales', labels: { 'dappmesh.io/domain': 'sales' } },
    spec: {
      domainRef: 'sales',
      version: '1.4.0',
      owner: { teamRef: 'orders', contacts: [{ type: 'chat', value: '#orders' }] },
      lifecycle: { phase: 'active', endOfSupport: '2026-12-31T00:00:00Z', endOfLife: '2027-03-31T00:00:00Z' },
      inputPorts: [
        { name: 'erp', from: { sourceSystem: 'sap-erp' } },
        { name: 'stock', from: { namespace: 'logistics', product: 'stock', port: 'levels', major: 1 } },
      ],
      outputPorts: [
        {
          name: 'events',
          type: 'stream',
          contractRef: { id: 'orders', version: '1.4.0' },
          audience: ['*'],
          parameters: { partitions: 3 },
        },
      ],
      model: { flows: [{ name: 'clean', inputs: ['erp'], outputs: ['events'] }] },
      storage: [
        {
          name: 'main',
          role: 'operational',
          size: '20Gi',
          exposure: { allowedNetworks: ['10.0.0.0/8', 'fd00::/8'] },
        },
      ],
      processing: [{ name: 'cleaner', role: 'pipeline', flow: 'clean' }],
    },
  },
  DataContract: {
    apiVersion,
    kind: 'DataContract',
    metadata: { name: 'orders-1', namespace: 'sales' },
    spec: { productRef: 'orders', compatibility: 'BothTransitive', odcs: VALID_ODCS },
  },
  AccessAgreement: {
    apiVersion,
    kind: 'AccessAgreement',
    metadata: { name: 'reports-reads-orders', namespace: 'sales' },
    spec: {
      provider: { product: 'orders', port: 'events', major: 1 },
      consumer: { namespace: 'finance', product: 'reports' },
      state: 'approved',
      start: '2026-01-01T00:00:00Z',
      end: '2026-12-31T00:00:00Z',
    },
  },
  EngineClass: {
    apiVersion,
    kind: 'EngineClass',
    metadata: { name: 'postgres' },
    spec: { role: 'operational', blueprint: 'embedded-postgres', parameters: { version: 17 } },
  },
  PolicyExemption: {
    apiVersion,
    kind: 'PolicyExemption',
    metadata: { name: 'orders-description', namespace: 'sales' },
    spec: {
      policy: 'DM-QUA-001',
      target: { kind: 'DataProduct', namespace: 'sales', name: 'orders' },
      expires: '2026-09-30T00:00:00Z',
    },
  },
};
