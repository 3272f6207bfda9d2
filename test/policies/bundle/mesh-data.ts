// A product of realistic size that keeps every policy, the mesh around it, and what breaks each policy.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';

const apiVersion = 'dappmesh.io/v1alpha1';

/** A deep, writable copy with the values at some dotted places replaced; `undefined` removes. */
export function changed(object: MeshObject, changes: Readonly<Record<string, unknown>>): MeshObject {
  const copy = structuredClone(object);
  for (const [place, value] of Object.entries(changes)) {
    const keys = place.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce((node, key) => node[key] as Fields, copy as unknown as Fields);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}

type Fields = Record<string, unknown>;

const TEXT = 'Orders placed in all shops and channels, one row per order line, with prices and times in UTC.';

export const PRODUCT: MeshObject = {
  apiVersion,
  kind: 'DataProduct',
  metadata: { name: 'orders', namespace: 'sales', labels: { 'app.kubernetes.io/part-of': 'retail' } },
  spec: {
    domainRef: 'sales',
    owner: { teamRef: 'orders-team', contacts: [{ type: 'email', value: 'orders@example.org' }] },
    description: TEXT,
    version: '1.4.0',
    personalData: true,
    residency: 'eu-central-1',
    lifecycle: { phase: 'active' },
    inputPorts: [0, 1, 2].map(i => ({
      name: `in-${i}`,
      description: TEXT,
      from: { namespace: 'logistics', product: 'shipments', port: `parcels-${i}`, major: 1 },
      agreementRef: `orders-reads-${i}`,
    })),
    outputPorts: ['rest', 'sql', 'stream', 'file'].map(type => ({
      name: type,
      description: TEXT,
      version: '1.2.0',
      type,
      contractRef: { id: `orders-${type}`, version: '1.2.0' },
      audience: ['*'],
      engineClass: 'postgres',
      lifecycle: { phase: 'active' },
    })),
    model: {
      flows: [0, 1, 2, 3].map(i => ({
        name: `flow-${i}`,
        description: TEXT,
        sql: `select * from raw_${i} where true`,
      })),
    },
    storage: ['operational', 'analytics', 'object'].map(role => ({
      name: role,
      description: TEXT,
      role,
      engineClass: 'postgres',
      region: 'eu-central-1',
      size: '10Gi',
      encryption: { atRest: true, inTransit: true, infrastructure: true },
    })),
  },
};

export const CONTRACT: MeshObject = {
  apiVersion,
  kind: 'DataContract',
  metadata: { name: 'orders-rest', namespace: 'sales' },
  spec: {
    productRef: 'orders',
    odcs: {
      apiVersion: 'v3.1.0',
      kind: 'DataContract',
      id: 'orders-rest',
      version: '1.2.0',
      status: 'active',
      servers: [{ server: 'main', type: 'kinesis', region: 'eu-west-1' }],
      schema: [
        { name: 'orders', properties: [{ name: 'customer', classification: 'personal', tags: ['key'] }] },
      ],
    },
  },
};

const CONTRACTS = ['rest', 'sql', 'stream', 'file'].map(type =>
  changed(CONTRACT, { 'metadata.name': `orders-${type}`, 'spec.odcs.id': `orders-${type}` }),
);

const SHIPMENTS: MeshObject = {
  apiVersion,
  kind: 'DataProduct',
  metadata: { name: 'shipments', namespace: 'logistics' },
  spec: {
    domainRef: 'logistics',
    outputPorts: [0, 1, 2].map(i => ({
      name: `parcels-${i}`,
      version: '1.0.0',
      contractRef: { id: 'parcels', version: '1.0.0' },
    })),
  },
};

const PARCELS = changed(CONTRACT, {
  'metadata.name': 'parcels',
  'metadata.namespace': 'logistics',
  'spec.productRef': 'shipments',
  'spec.odcs.id': 'parcels',
  'spec.odcs.version': '1.0.0',
});

const AGREEMENTS: readonly [MeshObject, ...MeshObject[]] = [agreementOn(0), agreementOn(1), agreementOn(2)];

function agreementOn(i: number): MeshObject {
  return {
    apiVersion,
    kind: 'AccessAgreement',
    metadata: { name: `orders-reads-${i}`, namespace: 'logistics' },
    spec: {
      provider: { product: 'shipments', port: `parcels-${i}`, major: 1 },
      consumer: { namespace: 'sales', product: 'orders' },
      state: 'approved',
      start: '2026-01-01T00:00:00Z',
      end: '2027-01-01T00:00:00Z',
    },
  };
}

function engineClass(name: string, role: string, properties: object): MeshObject {
  const parametersSchema = { type: 'object', additionalProperties: false, properties };
  return {
    apiVersion,
    kind: 'EngineClass',
    metadata: { name },
    spec: { role, blueprint: 'any', parametersSchema },
  };
}

/** Everything that stands beside the object under review, and that object's present version. */
export const OBJECTS: readonly MeshObject[] = [
  {
    apiVersion,
    kind: 'Mesh',
    metadata: { name: 'retail' },
    spec: {
      regions: ['eu-central-1', 'eu-west-1', 'eu-north-1'],
      naming: { pattern: '[a-z][a-z0-9-]*[a-z0-9]' },
      classifications: [{ name: 'internal' }, { name: 'personal', personal: true }, { name: 'secret' }],
      notice: { deprecationDays: 90, agreementDays: 30 },
      engines: ['postgres', 'tables', 'gateway'],
      engineDefaults: { operational: 'tables' },
    },
  },
  engineClass('tables', 'operational', { memory: { type: 'string', pattern: '^[0-9]+Gi$' } }),
  engineClass('gateway', 'rest', { replicas: { type: 'integer', minimum: 1 } }),
  {
    apiVersion,
    kind: 'Domain',
    metadata: { name: 'sales' },
    spec: {
      meshRef: 'retail',
      ownerGroups: ['sales-owners'],
      syncServiceAccount: { namespace: 'flux-system', name: 'sales' },
      teams: [{ name: 'orders-team' }, { name: 'returns-team' }],
      regions: ['eu-central-1', 'eu-west-1'],
      costCentre: 'cc-4711',
    },
  },
  PRODUCT,
  ...CONTRACTS,
  SHIPMENTS,
  PARCELS,
  ...AGREEMENTS,
];

/** One change per code that draws this code alone, in the mesh above. */
export const OFFENCES: readonly {
  readonly code: string;
  readonly object: MeshObject;
  readonly oldObject?: MeshObject;
  readonly user?: string;
  readonly structure?: readonly unknown[];
}[] = [
  { code: 'DM-OWN-001', object: changed(PRODUCT, { 'spec.owner.contacts': [] }) },
  { code: 'DM-OWN-002', object: changed(PRODUCT, { 'spec.owner.teamRef': 'fleet' }) },
  { code: 'DM-OWN-003', object: changed(PRODUCT, { 'spec.domainRef': 'unheard-of' }) },
  { code: 'DM-OWN-003', object: changed(CONTRACT, { 'spec.productRef': 'unheard-of' }) },
  { code: 'DM-OWN-004', object: PRODUCT, user: 'mallory' },
  { code: 'DM-OWN-004', object: CONTRACT, user: 'mallory' },
  {
    code: 'DM-OWN-007',
    object: changed(CONTRACT, { 'metadata.name': 'Orders_Rest', 'spec.odcs.version': '1.3.0' }),
  },
  { code: 'DM-OWN-009', object: CONTRACT, oldObject: changed(CONTRACT, { 'spec.odcs.id': 'other' }) },
  { code: 'DM-VER-002', object: changed(PRODUCT, { 'spec.version': '1.4' }) },
  {
    code: 'DM-VER-003',
    object: changed(CONTRACT, { 'metadata.name': 'older', 'spec.odcs.version': '1.1.9' }),
  },
  {
    code: 'DM-VER-008',
    object: CONTRACT,
    structure: [{ path: ['spec', 'odcs', 'schema', 0], message: 'it has no name' }],
  },
  { code: 'DM-VER-009', object: changed(PRODUCT, { 'spec.outputPorts.0.contractRef.version': '9.9.9' }) },
  {
    code: 'DM-ACC-002',
    object: changed(PRODUCT, { 'spec.inputPorts.0.contractRef': { id: 'parcels', version: '9.9.9' } }),
  },
  { code: 'DM-ACC-002', object: changed(PRODUCT, { 'spec.inputPorts.0.agreementRef': 'unheard-of' }) },
  { code: 'DM-ACC-002', object: changed(PRODUCT, { 'spec.inputPorts.0.from': { sourceSystem: 'tills' } }) },
  { code: 'DM-ACC-002', object: changed(AGREEMENTS[0], { 'spec.consumer.product': 'unheard-of' }) },
  { code: 'DM-ACC-003', object: changed(PRODUCT, { 'spec.inputPorts.0.from.port': 'parcels-1' }) },
  { code: 'DM-SEC-001', object: changed(PRODUCT, { 'spec.storage.1.region': 'us-east-1' }) },
  { code: 'DM-SEC-001', object: changed(CONTRACT, { 'spec.odcs.servers.0.region': 'eu-north-1' }) },
  { code: 'DM-STO-004', object: changed(PRODUCT, { 'spec.storage.0.engineClass': 'gateway' }) },
  { code: 'DM-STO-004', object: changed(PRODUCT, { 'spec.outputPorts.0.engineClass': 'unheard-of' }) },
  { code: 'DM-STO-004', object: changed(PRODUCT, { 'spec.storage.1.engineClass': undefined }) },
  {
    code: 'DM-STO-004',
    object: changed(PRODUCT, {
      'spec.storage.0.engineClass': undefined,
      'spec.storage.0.parameters': { memory: 1, cpu: '1' },
    }),
  },
  { code: 'DM-PRV-003', object: changed(PRODUCT, { 'spec.personalData': undefined }) },
  { code: 'DM-LIF-002', object: changed(PRODUCT, { 'spec.lifecycle.phase': 'live' }) },
  { code: 'DM-LIF-002', object: PRODUCT, oldObject: changed(PRODUCT, { 'spec.lifecycle.phase': 'retired' }) },
  {
    code: 'DM-LIF-002',
    object: CONTRACT,
    oldObject: changed(CONTRACT, { 'spec.odcs.status': 'deprecated' }),
  },
];

/** The review of an object as the engine would send it. */
export function reviewOf(offence: Omit<(typeof OFFENCES)[number], 'code'>): Record<string, unknown> {
  const { object, oldObject, user = 'ann', structure } = offence;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '7b1f',
      kind: { group: 'dappmesh.io', version: 'v1alpha1', kind: object.kind },
      name: object.metadata.name,
      namespace: object.metadata.namespace,
      operation: oldObject === undefined ? 'CREATE' : 'UPDATE',
      userInfo: { username: user, groups: user === 'ann' ? ['sales-owners'] : [] },
      object,
      oldObject: oldObject ?? null,
    },
    context: {
      point: 'admission',
      now: '2026-06-01T12:00:00Z',
      ...(structure === undefined ? {} : { structure }),
    },
  };
}
