import fc from 'fast-check';
import t from 'tap';
import {
  type Exemption,
  effectiveLevel,
  exemptionFor,
  governanceOf,
} from '../../../../policies/engine/verdict/enforcement.ts';
import {
  type EnforcementLevel,
  POINTS,
  type Point,
  type Policy,
} from '../../../../policies/engine/verdict/policy.ts';
import type { MeshObject } from '../../../../policies/engine/verdict/review.ts';
import { Inventory } from '../../../../policies/inventory/inventory.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { deniedProduct, meshObject, product, review } from '../question.ts';
import { serve } from '../serve.ts';

const bundle = await loadHostile('faulty');
const NOW = '2026-06-01T00:00:00Z';
const PAST = '2026-05-31T23:59:59Z';
const FUTURE = '2026-06-01T00:00:01Z';
const CODE = 'DM-TST-001';
const LEVELS: readonly EnforcementLevel[] = ['off', 'warn', 'deny'];

function policyWith(level: EnforcementLevel): Policy {
  const policy = bundle.policies.find(({ code }) => code === CODE) as Policy;
  return { ...policy, enforce: { push: level, admission: level, audit: level } };
}

type Override = Readonly<Record<string, string>>;

/** The level at admission of a policy whose own level is `own`. */
function levelOf(
  own: EnforcementLevel,
  mesh: readonly Override[],
  domain: readonly Override[] = [],
): EnforcementLevel {
  const inventory = inventoryWith(
    meshObject('Mesh', 'retail', { enforcement: mesh }),
    meshObject('Domain', 'sales', { meshRef: 'retail', enforcement: domain }),
  );
  const governance = governanceOf(product('orders', { domainRef: 'sales' }), inventory);
  return effectiveLevel(policyWith(own), 'admission', governance, NOW);
}

function inventoryWith(...objects: readonly MeshObject[]): Inventory {
  const inventory = new Inventory(bundle.projection);
  for (const object of objects) inventory.apply(object);
  return inventory;
}

const meshCases: readonly (readonly [
  own: EnforcementLevel,
  wanted: string,
  until: string,
  level: EnforcementLevel,
])[] = [
  ['warn', 'deny', '', 'deny'],
  ['off', 'warn', '', 'warn'],
  ['off', 'deny', PAST, 'deny'],
  ['deny', 'warn', '', 'deny'],
  ['deny', 'off', '', 'deny'],
  ['deny', 'warn', FUTURE, 'warn'],
  ['deny', 'off', FUTURE, 'off'],
  ['warn', 'off', FUTURE, 'off'],
  ['deny', 'warn', NOW, 'deny'],
  ['deny', 'warn', PAST, 'deny'],
  ['deny', 'deny', '', 'deny'],
  ['deny', 'constructor', FUTURE, 'deny'],
  ['deny', 'allow', FUTURE, 'deny'],
];
for (const [own, wanted, until, level] of meshCases) {
  t.test(`a Mesh that wants ${wanted}${until && ` until ${until}`} makes ${own} ${level}`, async t => {
    t.equal(levelOf(own, [{ code: CODE, admission: wanted, ...(until === '' ? {} : { until }) }]), level);
  });
}

for (const own of LEVELS) {
  for (const wanted of LEVELS) {
    const level = LEVELS[Math.max(LEVELS.indexOf(own), LEVELS.indexOf(wanted))] as EnforcementLevel;
    t.test(`a Domain that wants ${wanted}, even with a date, makes ${own} ${level}`, async t => {
      t.equal(levelOf(own, [], [{ code: CODE, admission: wanted, until: FUTURE }]), level);
    });
  }
}

t.test('a Domain may take back what its Mesh relaxed', async t => {
  const relaxed = [{ code: CODE, admission: 'off', until: FUTURE }];
  t.equal(levelOf('deny', relaxed), 'off');
  t.equal(levelOf('deny', relaxed, [{ code: CODE, admission: 'warn' }]), 'warn');
});

t.test('overrides of other codes and other points do not count', async t => {
  t.equal(levelOf('deny', [{ code: 'DM-TST-002', admission: 'off', until: FUTURE }]), 'deny');
  t.equal(levelOf('deny', [{ code: CODE, push: 'off', audit: 'off', until: FUTURE }]), 'deny');
  t.equal(levelOf('off', [], [{ code: CODE, push: 'deny', audit: 'deny' }]), 'off');
});

t.test('no override makes a policy weaker than itself, unless a Mesh says until when', async () => {
  const level = fc.constantFrom(...LEVELS, 'allow', 'toString', '');
  const until = fc.constantFrom(PAST, NOW);
  const override = fc.record(
    { code: fc.constantFrom(CODE, 'DM-TST-002'), admission: level, until },
    { requiredKeys: ['code'] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...LEVELS), fc.array(override), fc.array(override), (own, mesh, domain) => {
      const effective = levelOf(own, mesh, domain);
      return LEVELS.indexOf(effective) >= LEVELS.indexOf(own);
    }),
  );
});

t.test('enforcement that is no list, or holds odd things, changes nothing', async t => {
  for (const enforcement of [
    'off',
    { code: CODE },
    [null],
    ['x'],
    [[]],
    [{ code: CODE, admission: 7, until: FUTURE }],
  ]) {
    t.equal(levelOf('deny', enforcement as unknown as Override[]), 'deny', JSON.stringify(enforcement));
  }
});

const relaxedMesh = meshObject('Mesh', 'retail', {
  enforcement: [{ code: CODE, admission: 'off', until: FUTURE }],
});
const domain = meshObject('Domain', 'sales', { meshRef: 'retail' });
const owner = product('orders', { domainRef: 'sales' });
const governed: readonly (readonly [title: string, object: MeshObject, level: EnforcementLevel])[] = [
  ['a product by its domainRef', owner, 'off'],
  ['a contract by its product', meshObject('DataContract', 'c', { productRef: 'orders' }), 'off'],
  [
    'an agreement by its provider',
    meshObject('AccessAgreement', 'a', { provider: { product: 'orders' } }),
    'off',
  ],
  ['a Domain by its own name', meshObject('Domain', 'sales'), 'off'],
  ['a product of an unknown Domain by the only Mesh', product('x', { domainRef: 'nowhere' }), 'off'],
  ['a product of no Domain by the only Mesh', product('x'), 'off'],
];
for (const [title, object, level] of governed) {
  t.test(`${title} is governed by its Mesh`, async t => {
    const governance = governanceOf(object, inventoryWith(relaxedMesh, domain, owner));
    t.equal(effectiveLevel(policyWith('deny'), 'admission', governance, NOW), level);
  });
}

t.test('with two Meshes, an object of no Domain is governed by neither', async t => {
  const inventory = inventoryWith(relaxedMesh, meshObject('Mesh', 'wholesale'), domain);
  t.strictSame(governanceOf(product('x'), inventory), { mesh: [], domain: [] });
  t.equal(governanceOf(owner, inventory).mesh.length, 1);
});

t.test('a Domain that names an unknown Mesh is governed by none', async t => {
  const inventory = inventoryWith(relaxedMesh, meshObject('Domain', 'sales', { meshRef: 'gone' }));
  t.strictSame(governanceOf(owner, inventory), { mesh: [], domain: [] });
});

function exemption(
  name: string,
  change: Readonly<Record<string, unknown>> = {},
  namespace = 'sales',
): MeshObject {
  const target = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
  const spec = { policy: CODE, target, owner: 'ada', approvedBy: 'grace', expires: FUTURE, ...change };
  return meshObject('PolicyExemption', name, spec, { namespace });
}

/** Of the exemptions made for a product in a Mesh that allows 90 days, the one that decides. */
function exemptionAmong(objects: readonly MeshObject[], object: MeshObject = ORDERS): Exemption | undefined {
  const inventory = inventoryWith(
    meshObject('Mesh', 'retail', { limits: { exemptionDays: 90 } }),
    ...objects,
  );
  const governance = governanceOf(object, inventory);
  return exemptionFor(policyWith('deny'), object, inventory, governance, NOW);
}

const ORDERS = product('orders');
const idle: readonly (readonly [title: string, change: Readonly<Record<string, unknown>>, fault: string])[] =
  [
    ['expired', { expires: PAST }, 'it has ended'],
    ['expiring right now', { expires: NOW }, 'it has ended'],
    ['without an end', { expires: undefined }, 'it has no end'],
    ['with an end that is no text', { expires: 9_999_999_999 }, 'it has no end'],
    [
      'that ends a second too late',
      { expires: '2026-08-30T00:00:01Z' },
      'it ends in more than the 90 days that the Mesh allows',
    ],
    [
      'that never ends',
      { expires: '9999-12-31T23:59:59Z' },
      'it ends in more than the 90 days that the Mesh allows',
    ],
    ['unapproved', { approvedBy: undefined }, 'nobody has approved it'],
    ['approved by nobody', { approvedBy: '' }, 'nobody has approved it'],
    ['approved by blanks', { approvedBy: ' \t' }, 'nobody has approved it'],
    ['approved by no name', { approvedBy: true }, 'nobody has approved it'],
    ['approved by its owner', { approvedBy: 'ada' }, 'its owner has approved it'],
    ['approved by its owner in another spelling', { approvedBy: ' Ada ' }, 'its owner has approved it'],
  ];
for (const [title, change, fault] of idle) {
  t.test(`an exemption ${title} exempts nothing, and is told of`, async t => {
    t.strictSame(exemptionAmong([exemption('x', change)]), { name: 'x', fault });
    t.strictSame(exemptionAmong([exemption('x', change), exemption('y')]), { name: 'y' });
  });
}

t.test('an exemption lasts as long as the Mesh allows, and without a limit until any day', async t => {
  t.strictSame(exemptionAmong([exemption('x', { expires: '2026-08-30T00:00:00Z' })]), { name: 'x' });
  const endless = inventoryWith(exemption('x', { expires: '2999-01-01T00:00:00Z' }));
  const governance = governanceOf(ORDERS, endless);
  t.strictSame(exemptionFor(policyWith('deny'), ORDERS, endless, governance, NOW), { name: 'x' });
});

const useless: readonly (readonly [title: string, exemption: MeshObject])[] = [
  ['in a foreign namespace', exemption('x', {}, 'finance')],
  ['for another policy', exemption('x', { policy: 'DM-TST-002' })],
  ['for another kind', exemption('x', { target: { kind: 'DataContract', name: 'orders' } })],
  ['for another name', exemption('x', { target: { kind: 'DataProduct', name: 'stock' } })],
  [
    'for another namespace',
    exemption('x', { target: { kind: 'DataProduct', namespace: 'finance', name: 'orders' } }),
  ],
  ['for a pattern', exemption('x', { target: { kind: 'DataProduct', name: '*' } })],
  ['without a target', exemption('x', { target: undefined })],
  ['with a target that is text', exemption('x', { target: 'orders' })],
];
for (const [title, object] of useless) {
  t.test(`an exemption ${title} exempts nothing (CVE-2024-48921)`, async t => {
    t.equal(exemptionAmong([object]), undefined);
  });
}

t.test('an exemption that fits turns the denial into a warning that names it', async t => {
  const { engine } = await serve(t, { bundle });
  const question = review(deniedProduct('orders', 'it is bad'), { now: new Date(NOW) });
  engine.inventory.apply(exemption('until-tomorrow'));
  const { allowed, findings } = await engine.judge(question);
  t.equal(allowed, true);
  t.match(findings, [{ enforcement: 'warn', message: 'it is bad (exempted by until-tomorrow)' }]);
  const later = await engine.judge({ ...question, now: new Date(FUTURE) });
  t.equal(later.allowed, false, 'no longer than it says');
  t.match(later.findings, [
    { message: 'it is bad', remedy: / \(exemption until-tomorrow does not count: it has ended\)$/ },
  ]);
});

t.test('an exemption does not cover a fault of the engine', async t => {
  const { engine } = await serve(t, { bundle });
  engine.inventory.apply(
    exemption('x', { policy: 'DM-TST-004', target: { kind: 'DataProduct', name: 'conflict' } }),
  );
  t.equal((await engine.judge(review(product('conflict'), { now: new Date(NOW) }))).allowed, false);
});

t.test('an object without a name, or without a namespace, is exempted by none', async t => {
  const nameless = { ...ORDERS, metadata: { namespace: 'sales' } } as unknown as MeshObject;
  const exemptions = [
    exemption('x', { target: { kind: 'DataProduct' } }),
    exemption('y', { target: { kind: 'DataProduct', name: '' } }),
    exemption('z', {}, ''),
  ];
  t.equal(exemptionAmong(exemptions, nameless), undefined);
  t.equal(exemptionAmong(exemptions, meshObject('Mesh', 'orders')), undefined);
});

t.test('of two that fit, the same is named whichever came first', async t => {
  const [first, second] = [exemption('a'), exemption('b')];
  t.strictSame(exemptionAmong([first, second]), { name: 'a' });
  t.strictSame(exemptionAmong([second, first]), { name: 'a' });
});

t.test('two exemptions together allow nothing that neither allows alone (GHSA-gg4x-fgg2-h9w9)', async () => {
  const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
  const target = fc.record(
    {
      kind: pick('DataProduct', 'DataContract'),
      namespace: pick('sales', 'finance'),
      name: pick('orders', 'stock'),
    },
    { requiredKeys: [] },
  );
  const part = fc.record({
    policy: pick(CODE, 'DM-TST-002'),
    target,
    owner: pick('ada', 'grace', undefined),
    approvedBy: pick('grace', ' Ada', '', undefined),
    expires: pick(PAST, FUTURE, '2999-01-01T00:00:00Z', undefined),
  });
  const any = fc.tuple(part, pick('sales', 'finance'));
  fc.assert(
    fc.property(any, any, pick('orders', 'stock'), ([one, place], [two, elsewhere], name) => {
      const objects = [exemption('one', one, place), exemption('two', two, elsewhere)];
      const exempts = (...some: MeshObject[]): boolean => {
        const decides = exemptionAmong(some, product(name));
        return decides !== undefined && decides.fault === undefined;
      };
      return exempts(...objects) === objects.some(object => exempts(object));
    }),
    { numRuns: 500 },
  );
});

t.test('off means neither denied nor warned, at that point only', async t => {
  const { engine } = await serve(t, { bundle });
  engine.inventory.apply(
    meshObject('Mesh', 'retail', {
      enforcement: [{ code: CODE, audit: 'off', push: 'warn', until: FUTURE }],
    }),
  );
  const judged = await Promise.all(
    POINTS.map(async (point: Point) => {
      const verdict = await engine.judge(
        review(deniedProduct('orders', 'it is bad'), { point, now: new Date(NOW) }),
      );
      return [point, verdict.allowed, verdict.findings.map(({ enforcement }) => enforcement)];
    }),
  );
  t.strictSame(judged, [
    ['push', true, ['warn']],
    ['admission', false, ['deny']],
    ['audit', true, []],
  ]);
});
