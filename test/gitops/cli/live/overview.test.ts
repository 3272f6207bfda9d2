import t from 'tap';
import { toOverview } from '../../../../gitops/cli/live/overview.ts';
import { toHealth } from '../../../../gitops/cli/live/problems.ts';
import { findScope, narrow } from '../../../../gitops/cli/live/scope.ts';
import { sectionsText } from '../../../../gitops/cli/live/tables.ts';
import { parseWanted, pick } from '../../../../gitops/cli/live/wanted.ts';
import { plain } from '../../../../gitops/cli/output/text.ts';
import { condition, liveMesh, liveObject, NOW, READY } from './live-mesh.ts';

const OVERVIEW = toOverview(liveMesh(), NOW);

t.test('an overview has a table each for meshes, domains, products, ports and consumers', async t => {
  t.equal(
    sectionsText(OVERVIEW, parseWanted([]).sections, plain),
    `MESH    DOMAINS  READY  COMPLIANT  STATUS
retail  2        True   True       Succeeded

DOMAIN    NAMESPACES  PRODUCTS  READY  COMPLIANT  STATUS
customer  crm         1         True   True       Succeeded
sales     sales       1         True   True       Succeeded

PRODUCT       DOMAIN    VERSION  PHASE   READY  COMPLIANT  SUSPENDED  STATUS
crm/segments  customer  -        -       False  False      no         DependencyNotReady
sales/orders  sales     1.2.0    active  True   True       no         Succeeded

PORT                TYPE  CONTRACT  ENGINE        CONSUMERS  ENDPOINT
sales/orders/table  sql   c 1.2.0   embedded-sql  1          postgresql://orders.sales:5432

CONSUMER      USES                AGREEMENT  STANDING             UNTIL
crm/segments  sales/orders/table  asked      requested, not used  -
crm/segments  sales/orders/table  ended      expired              2026-01-01
crm/segments  sales/orders/table  granted    in force             2027-01-01

EXEMPTION   POLICY      TARGET                    EXPIRES     READY  STATUS
sales/late  DM-QUA-001  DataProduct/sales/orders  2026-09-30  True   Succeeded
`,
  );
});

/** arguments, sections with rows */
const ASKED: readonly [string[], Record<string, number>][] = [
  [['products'], { products: 2 }],
  [['dp', 'Domain'], { domains: 2, products: 2 }],
  [['product', 'orders'], { products: 1 }],
  [['product/orders'], { products: 1 }],
  [['DataProducts', 'crm/segments'], { products: 1 }],
  [['orders'], { products: 1, ports: 1, uses: 3, contracts: 1 }],
  [['ports', 'orders/table'], { ports: 1 }],
  [['uses', 'granted'], { uses: 1 }],
  [['contracts'], { contracts: 1 }],
  [['engines', 'exemptions'], { engines: 1, exemptions: 1 }],
];

for (const [args, rows] of ASKED) {
  t.test(`get ${args.join(' ')}`, async t => {
    const wanted = parseWanted(args);
    const shown = pick(OVERVIEW, wanted);
    const counts = wanted.sections.map(section => [section, shown[section].length] as const);
    t.strictSame(Object.fromEntries(counts.filter(([, count]) => count > 0)), rows);
  });
}

t.test('names that nothing has are said', async t => {
  t.throws(() => pick(OVERVIEW, parseWanted(['products', 'orders', 'nobody'])), {
    message: 'there is no products row named "nobody"',
  });
  t.throws(() => pick(OVERVIEW, parseWanted(['nobody'])), { message: 'there is nothing named "nobody"' });
});

/** name, domains, products */
const SCOPES: readonly [string, string[], string[]][] = [
  ['sales', ['sales'], ['sales/orders']],
  ['domain/customer', ['customer'], ['crm/segments']],
  ['segments', [], ['crm/segments']],
  ['crm/segments', [], ['crm/segments']],
  ['product/orders', [], ['sales/orders']],
];

for (const [name, domains, products] of SCOPES) {
  t.test(`status ${name} finds what is meant`, async t => {
    const scope = findScope(OVERVIEW, name);
    t.strictSame([[...(scope?.domains ?? [])], [...(scope?.products ?? [])]], [domains, products]);
  });
}

t.test('a name that is neither a domain nor a product is not found', async t => {
  t.equal(findScope(OVERVIEW, 'nobody'), undefined);
  t.equal(findScope(OVERVIEW, 'domain/orders'), undefined);
});

t.test('a product is seen with its agreements on either side', async t => {
  const scope = findScope(OVERVIEW, 'orders');
  const part = narrow(OVERVIEW, scope ?? { domains: new Set(), products: new Set() });
  t.strictSame(
    [
      part.products.length,
      part.uses.length,
      part.contracts.length,
      part.agreements.length,
      part.exemptions.length,
    ],
    [1, 3, 1, 3, 1],
  );
  t.strictSame(toHealth(part).problems, []);
});

t.test('what is not ready, breaks a policy or is held is a problem with its reason', async t => {
  const held = liveObject('DataProduct', 'orders', {
    namespace: 'sales',
    metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['dappmesh.io/in-use'] },
    status: {
      conditions: [
        condition('Ready', 'False', 'InUse', 'crm/segments uses port table'),
        condition('Stalled', 'True', 'InUse', 'crm/segments uses port table'),
      ],
    },
  });
  const asleep = liveObject('Domain', 'sales', { spec: { suspend: true }, status: READY });
  const health = toHealth(toOverview(liveMesh(held, asleep), NOW));
  t.match(health, { objects: 10, ready: 8, suspended: 1 });
  t.strictSame(
    health.problems.map(({ kind, name, what, reason, stalled }) => [kind, name, what, reason, stalled]),
    [
      ['DataProduct', 'segments', 'not ready', 'DependencyNotReady', false],
      ['DataProduct', 'segments', 'not compliant', '', false],
      ['DataProduct', 'orders', 'held from deletion', 'InUse', true],
    ],
  );
  t.equal(health.problems[2]?.message, 'crm/segments uses port table');
});

t.test('objects whose fields are of other types do not break the view', async t => {
  const odd = [
    'DataProduct',
    'DataContract',
    'AccessAgreement',
    'Domain',
    'Mesh',
    'PolicyExemption',
    'EngineClass',
  ];
  const specs: unknown[] = [
    undefined,
    null,
    [],
    'text',
    { outputPorts: 7, inputPorts: [null], target: 1, namespaces: 2 },
  ];
  const objects = odd.flatMap(kind =>
    specs.map(
      (spec, i) => ({ ...liveObject(kind, `odd-${i}`, { namespace: 'odd' }), spec, status: spec }) as never,
    ),
  );
  t.doesNotThrow(() => toHealth(toOverview(liveMesh(...objects), NOW)));
});
