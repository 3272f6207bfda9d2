// A small mesh of which every object is allowed at every point, for tests that then break one rule.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { VALID_ODCS } from '../../schemas/valid-objects.ts';
import { meshObject, product } from './question.ts';

export const MESH = meshObject('Mesh', 'retail', {
  regions: ['eu-central-1', 'eu-west-1'],
  naming: { pattern: '[a-z][a-z0-9-]*' },
  classifications: [{ name: 'public' }, { name: 'internal' }, { name: 'secret', personal: true }],
});

export const DOMAIN = meshObject('Domain', 'sales', {
  meshRef: 'retail',
  namespaces: ['sales'],
  regions: ['eu-central-1'],
  ownerGroups: ['oidc:sales-owners'],
  syncServiceAccount: { namespace: 'flux-system', name: 'sales' },
  teams: [{ name: 'orders', contacts: [{ type: 'chat', value: '#orders' }] }],
});

const ENGINE = meshObject('EngineClass', 'tables', {
  role: 'operational',
  blueprint: 'tables',
  parametersSchema: {
    type: 'object',
    additionalProperties: false,
    properties: { replicas: { type: 'integer', minimum: 1 } },
  },
});

export const CONTRACT = meshObject('DataContract', 'orders-1', {
  productRef: 'orders',
  odcs: {
    ...VALID_ODCS,
    schema: [
      { name: 'orders', properties: [{ name: 'id', logicalType: 'string', classification: 'internal' }] },
    ],
  },
});

const STOCK_CONTRACT = meshObject(
  'DataContract',
  'stock-1',
  { productRef: 'stock', odcs: { ...(CONTRACT.spec?.['odcs'] as object), id: 'stock', version: '1.0.2' } },
  { namespace: 'logistics' },
);

/** What the product reads, and a port beside it. */
export const STOCK = product(
  'stock',
  {
    domainRef: 'sales',
    version: '1.0.2',
    personalData: false,
    owner: { teamRef: 'orders', contacts: [{ type: 'chat', value: '#stock' }] },
    lifecycle: { phase: 'active' },
    outputPorts: ['levels', 'moves'].map(name => ({
      name,
      version: '1.0.2',
      contractRef: { id: 'stock', version: '1.0.2' },
    })),
  },
  { namespace: 'logistics' },
);

export const AGREEMENT = meshObject(
  'AccessAgreement',
  'orders-reads-stock',
  {
    provider: { product: 'stock', port: 'levels', major: 1 },
    consumer: { namespace: 'sales', product: 'orders' },
    state: 'approved',
    start: '2026-01-01T00:00:00Z',
    end: '2027-01-01T00:00:00Z',
  },
  { namespace: 'logistics' },
);

export const PRODUCT = product('orders', {
  domainRef: 'sales',
  version: '1.4.0',
  personalData: false,
  residency: 'eu-central-1',
  owner: { teamRef: 'orders', contacts: [{ type: 'chat', value: '#orders' }] },
  lifecycle: { phase: 'active' },
  inputPorts: [
    {
      name: 'stock',
      from: { namespace: 'logistics', product: 'stock', port: 'levels', major: 1 },
      agreementRef: 'orders-reads-stock',
    },
  ],
  outputPorts: [
    { name: 'events', type: 'stream', version: '1.4.0', contractRef: { id: 'orders', version: '1.4.0' } },
  ],
  storage: [
    {
      name: 'main',
      role: 'operational',
      region: 'eu-central-1',
      engineClass: 'tables',
      parameters: { replicas: 2 },
    },
  ],
});

export const LAWFUL: readonly MeshObject[] = [
  MESH,
  DOMAIN,
  ENGINE,
  CONTRACT,
  STOCK_CONTRACT,
  STOCK,
  AGREEMENT,
  PRODUCT,
];

/** A copy of an object with `change` made to its spec. */
export function withSpec<Kind extends MeshObject>(
  object: Kind,
  change: Readonly<Record<string, unknown>>,
): Kind {
  return { ...object, spec: { ...object.spec, ...change } };
}

/** A copy of a contract with `change` made to its document. */
export function withOdcs(contract: MeshObject, change: Readonly<Record<string, unknown>>): MeshObject {
  return withSpec(contract, { odcs: { ...(contract.spec?.['odcs'] as object), ...change } });
}
