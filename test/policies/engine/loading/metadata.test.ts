import t from 'tap';
import { MetadataError, parseRules, ruleFile } from '../../../../policies/engine/loading/metadata.ts';

type Fields = Record<string, unknown>;

const CUSTOM: Fields = {
  code: 'DM-OWN-001',
  kinds: ['DataProduct'],
  operations: ['UPDATE', 'CREATE'],
  severity: 'high',
  enforce: { push: 'deny', admission: 'warn', audit: 'off' },
  remedy: 'set an owner',
  scope: ['inventory', 'object'],
  inventory: ['Domain.spec.teams.name'],
  metadata: ['metadata.labels.dappmesh.io/owner', 'metadata.annotations.x', 'metadata.finalizers'],
};
const BLOCK: Fields = {
  title: 'Owner present',
  description: 'It has an owner.',
  entrypoint: true,
  scope: 'document',
  custom: CUSTOM,
};
const ENTRYPOINT = 'dappmesh/governance/owner_present/violations';
const FILE = 'policies/governance/owner-present/owner-present.rego';

function manifest(custom: Fields = {}, block: Fields = {}, entrypoint = ENTRYPOINT): unknown {
  return { wasm: [{ entrypoint, annotations: [{ ...BLOCK, custom: { ...CUSTOM, ...custom }, ...block }] }] };
}

function faultsOf(value: unknown): readonly string[] {
  try {
    parseRules(value);
    return [];
  } catch (error) {
    if (error instanceof MetadataError) return error.faults;
    throw error;
  }
}

t.test('a complete block becomes a policy, lists of words in the order of their meaning', async t => {
  t.strictSame(parseRules(manifest()), [
    {
      family: 'governance',
      name: 'owner-present',
      entrypoint: ENTRYPOINT,
      code: 'DM-OWN-001',
      title: 'Owner present',
      description: 'It has an owner.',
      kinds: ['DataProduct'],
      operations: ['CREATE', 'UPDATE'],
      severity: 'high',
      enforce: { push: 'deny', admission: 'warn', audit: 'off' },
      remedy: 'set an owner',
      scope: ['object', 'inventory'],
      inventory: ['Domain.spec.teams.name'],
      metadata: ['metadata.labels.dappmesh.io/owner', 'metadata.annotations.x', 'metadata.finalizers'],
    },
  ]);
});

t.test('own metadata may be left out, and nothing else', async t => {
  t.strictSame(faultsOf(manifest({ metadata: undefined })), []);
  for (const key of Object.keys(CUSTOM).filter(name => name !== 'metadata')) {
    t.strictSame(faultsOf(manifest({ [key]: undefined })), [`${FILE}: custom: ${key} is missing`], key);
  }
  for (const key of ['title', 'description']) {
    t.strictSame(faultsOf(manifest({}, { [key]: undefined })), [`${FILE}: METADATA: ${key} is missing`], key);
  }
  t.match(faultsOf(manifest({}, { custom: undefined }))[0], 'METADATA: custom is missing');
});

const WRONG: readonly (readonly [fields: Fields, fault: string])[] = [
  [{ code: 'OWN-001' }, 'custom.code: "OWN-001" does not match'],
  [{ code: 'DM-ENGINE-001' }, 'custom.code: "DM-ENGINE-001" does not match'],
  [{ code: 7 }, 'custom.code: 7 does not match'],
  [{ kinds: [] }, 'custom.kinds: it is not a list of at least 1'],
  [{ kinds: 'DataProduct' }, 'custom.kinds: it is not a list of at least 1'],
  [{ kinds: ['Pod'] }, 'custom.kinds: "Pod" is not allowed'],
  [{ kinds: ['Mesh', 'Mesh'] }, 'custom.kinds: it names something twice'],
  [{ operations: ['CONNECT'] }, 'custom.operations: "CONNECT" is not allowed'],
  [{ severity: 'fatal' }, 'custom.severity: "fatal" is none of low, medium, high, critical'],
  [{ enforce: { push: 'deny', admission: 'deny' } }, 'custom.enforce: audit is missing'],
  [{ enforce: { push: 'deny', admission: 'deny', audit: false } }, 'custom.enforce.audit: false is none of'],
  [
    { enforce: { push: 'deny', admission: 'deny', audit: 'deny', ci: 'deny' } },
    'custom.enforce: ci is unknown',
  ],
  [{ remedy: '' }, 'custom.remedy: "" does not match'],
  [{ remedy: 'two\nlines' }, 'custom.remedy: "two\\nlines" does not match'],
  [{ scope: ['world'] }, 'custom.scope: "world" is not allowed'],
  [{ scope: [] }, 'custom.scope: it is not a list of at least 1'],
  [{ inventory: ['Pod.spec'] }, 'custom.inventory: "Pod.spec" is not allowed'],
  [{ inventory: ['Domain'] }, 'custom.inventory: "Domain" is not allowed'],
  [
    { inventory: ['Domain.spec.teams[].name'] },
    'custom.inventory: "Domain.spec.teams[].name" is not allowed',
  ],
  [{ inventory: ['toString.spec'] }, 'custom.inventory: "toString.spec" is not allowed'],
  [{ metadata: ['metadata.name'] }, 'custom.metadata: "metadata.name" is not allowed'],
  [{ remedies: 'x' }, 'custom: remedies is unknown'],
];
for (const [fields, fault] of WRONG) {
  t.test(`${JSON.stringify(fields)} is a fault that names file and field`, async t => {
    const faults = faultsOf(manifest(fields));
    t.equal(faults.length, 1);
    t.ok(faults[0]?.startsWith(`${FILE}: ${fault}`), faults.join());
  });
}

t.test('an unknown key beside custom is a fault (CVE-2025-29778)', async t => {
  t.strictSame(faultsOf(manifest({}, { authors: ['x'] })), [`${FILE}: METADATA: authors is unknown`]);
});

t.test('a rule has one block', async t => {
  t.match(
    faultsOf({ wasm: [{ entrypoint: ENTRYPOINT }] })[0],
    'METADATA: there are 0 blocks on the rule, not one',
  );
  const twice = { wasm: [{ entrypoint: ENTRYPOINT, annotations: [BLOCK, BLOCK] }] };
  t.strictSame(faultsOf(twice), [`${FILE}: METADATA: there are 2 blocks on the rule, not one`]);
});

t.test('all faults are told at once', async t => {
  t.equal(faultsOf(manifest({ code: 'x', severity: 'x', kinds: ['x'] })).length, 3);
});

t.test('a code belongs to one policy, except that the defaults share theirs', async t => {
  const entry = (family: string, name: string, rule: string): unknown => {
    const [made] = (manifest({}, {}, `dappmesh/${family}/${name}/${rule}`) as { wasm: unknown[] }).wasm;
    return made;
  };
  const governance = [entry('governance', 'a', 'violations'), entry('governance', 'b', 'violations')];
  t.strictSame(faultsOf({ wasm: governance }), [
    'policies/governance/b/b.rego: custom.code: DM-OWN-001 is taken by policies/governance/a/a.rego',
  ]);
  const defaults = [entry('defaults', 'a', 'additions'), entry('defaults', 'b', 'additions')];
  t.strictSame(faultsOf({ wasm: defaults }), []);
  t.equal(faultsOf({ wasm: [governance[0], defaults[0]] }).length, 1);
  t.equal(faultsOf({ wasm: [defaults[0], defaults[0]] }).length, 1);
});

t.test('collecting entrypoints are no policies, and others are faults', async t => {
  t.strictSame(
    parseRules({ wasm: [{ entrypoint: 'dappmesh/verdict/Mesh' }, { entrypoint: 'dappmesh/fill/Mesh' }] }),
    [],
  );
  for (const entrypoint of [
    'dappmesh/verdict/Pod',
    'dappmesh/governance/owner_present/additions',
    'dappmesh/defaults/owner/violations',
    'dappmesh/governance/owner_present',
    'dappmesh/other/x/violations',
    'dappmesh/constructor/x/violations',
    'system/main',
    '',
    undefined,
  ]) {
    t.equal(faultsOf({ wasm: [{ entrypoint, annotations: [BLOCK] }] }).length, 1, String(entrypoint));
  }
});

for (const value of [undefined, null, 7, 'x', [], {}, { wasm: {} }, { wasm: [null] }]) {
  t.test(`a manifest that is none is refused: ${JSON.stringify(value)}`, async t => {
    t.throws(() => parseRules(value), MetadataError);
  });
}

t.test('policies come in the order of their codes, governance first', async t => {
  const entry = (code: string, entrypoint: string): unknown =>
    (manifest({ code }, {}, entrypoint) as { wasm: unknown[] }).wasm[0];
  const policies = parseRules({
    wasm: [
      entry('DM-AAA-001', 'dappmesh/defaults/z/additions'),
      entry('DM-OWN-002', 'dappmesh/governance/b/violations'),
      entry('DM-OWN-001', 'dappmesh/governance/c/violations'),
    ],
  });
  t.strictSame(policies.map(ruleFile), [
    'policies/governance/c/c.rego',
    'policies/governance/b/b.rego',
    'policies/defaults/z/z.rego',
  ]);
});

const BLUEPRINT: Fields = {
  kinds: ['DataProduct'],
  makes: ['v1/Secret', 'apps/v1/StatefulSet', 'monitoring.coreos.com/v1/ServiceMonitor'],
  inventory: ['EngineClass.spec'],
};

function blueprintManifest(custom: Fields): unknown {
  const annotations = [{ title: 'Store', description: 'Stores.', entrypoint: true, custom }];
  return { wasm: [{ entrypoint: 'dappmesh/blueprints/object_store/output', annotations }] };
}

t.test('a complete block becomes a blueprint, which stands after the policies', async t => {
  const [made] = (blueprintManifest(BLUEPRINT) as { wasm: unknown[] }).wasm;
  const [policy] = (manifest() as { wasm: unknown[] }).wasm;
  t.strictSame(parseRules({ wasm: [made, policy] })[1], {
    family: 'blueprints',
    name: 'object-store',
    entrypoint: 'dappmesh/blueprints/object_store/output',
    title: 'Store',
    description: 'Stores.',
    operations: ['CREATE'],
    ...BLUEPRINT,
  });
});

for (const [what, custom, fault] of [
  ['without what it makes', { kinds: ['Mesh'], inventory: [] }, 'custom: makes is missing'],
  [
    'with a kind that is no kind',
    { ...BLUEPRINT, makes: ['Secret'] },
    'custom.makes: "Secret" is not allowed',
  ],
  ['with what only policies have', { ...BLUEPRINT, severity: 'low' }, 'custom: severity is unknown'],
] as const) {
  t.test(`a blueprint ${what} is refused`, async t => {
    const file = 'policies/blueprints/object-store/object-store.rego';
    t.strictSame(faultsOf(blueprintManifest(custom)), [`${file}: ${fault}`]);
  });
}
