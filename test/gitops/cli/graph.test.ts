import { join } from 'node:path';
import t from 'tap';
import { toDot } from '../../../gitops/cli/graph/dot.ts';
import { toMermaid } from '../../../gitops/cli/graph/mermaid.ts';
import { type Flow, type LiveMark, type LiveState, toGraph } from '../../../gitops/cli/graph/mesh-graph.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { EXAMPLES, runDappmesh } from '../run-dappmesh.ts';

function object(kind: string, namespace: string, name: string, spec: Record<string, unknown>): MeshObject {
  return { apiVersion: 'dappmesh.io/v1alpha1', kind, metadata: { namespace, name }, spec };
}

const PROVIDER = object('DataProduct', 'sales', 'orders', {
  domainRef: 'sales',
  version: '1.2.0',
  lifecycle: { phase: 'active' },
  inputPorts: [{ name: 'shop', from: { sourceSystem: 'shop' } }],
  outputPorts: [
    { name: 'table', type: 'sql', version: '1.2.0', contractRef: { id: 'c.orders', version: '1.2.0' } },
  ],
});
const CONSUMER = object('DataProduct', 'crm', 'segments', {
  domainRef: 'customer',
  inputPorts: [
    {
      name: 'orders',
      from: { namespace: 'sales', product: 'orders', port: 'table', major: 1 },
      agreementRef: 'segments-orders',
    },
    { name: 'gone', from: { namespace: 'x', product: 'gone', port: 'p', major: 1 } },
  ],
});
const AGREEMENT = object('AccessAgreement', 'sales', 'segments-orders', {
  provider: { product: 'orders', port: 'table', major: 1 },
  consumer: { namespace: 'crm', product: 'segments' },
  state: 'approved',
  start: '2026-01-01T00:00:00Z',
  end: '2027-01-01T00:00:00Z',
});
const UNUSED = object('AccessAgreement', 'sales', 'later', {
  provider: { product: 'orders', port: 'table', major: 1 },
  consumer: { namespace: 'crm', product: 'segments' },
  state: 'requested',
});
const CONTRACT = object('DataContract', 'sales', 'orders-v1', {
  productRef: 'orders',
  odcs: { id: 'c.orders', version: '1.2.0', status: 'active' },
});
const OBJECTS = [PROVIDER, CONSUMER, AGREEMENT, UNUSED, CONTRACT];
const TABLE = { namespace: 'sales', product: 'orders', port: 'table' };

/** To the consumer, which declares the input; without an agreement. */
function flow(from: Flow['from'], agreement: Partial<Flow> = {}): Flow {
  const to = { namespace: 'crm', product: 'segments' };
  return { from, to, agreement: '', state: '', start: '', end: '', isUsed: true, ...agreement };
}

t.test('products, ports, contracts, agreements and inputs are in the graph', async t => {
  t.strictSame(toGraph(OBJECTS), {
    products: [
      { namespace: 'crm', name: 'segments', domain: 'customer', version: '', phase: '', ports: [] },
      {
        namespace: 'sales',
        name: 'orders',
        domain: 'sales',
        version: '1.2.0',
        phase: 'active',
        ports: [{ name: 'table', type: 'sql', version: '1.2.0', contract: 'c.orders 1.2.0' }],
      },
    ],
    contracts: [
      {
        namespace: 'sales',
        name: 'orders-v1',
        product: 'orders',
        id: 'c.orders',
        version: '1.2.0',
        status: 'active',
      },
    ],
    flows: [
      flow(TABLE, { agreement: 'later', state: 'requested', isUsed: false }),
      flow(TABLE, {
        agreement: 'segments-orders',
        state: 'approved',
        start: '2026-01-01T00:00:00Z',
        end: '2027-01-01T00:00:00Z',
      }),
      flow({ namespace: 'x', product: 'gone', port: 'p' }),
    ],
    sources: [{ system: 'shop', to: { namespace: 'sales', product: 'orders' } }],
  });
});

t.test('Mermaid draws domains, ports, dotted agreements and ends that are missing', async t => {
  t.equal(
    toMermaid(toGraph(OBJECTS)),
    `flowchart LR
  subgraph n1["customer"]
    n2["segments<br/>"]
  end
  subgraph n3["sales"]
    n4["orders<br/>1.2.0"]
    n5(["table sql<br/>c.orders 1.2.0"])
    n4 --- n5
  end
  n6["x/gone #40;not in the tree#41;"]
  n7[("shop")]
  n7 --> n4
  n5 -.->|"later, requested"| n2
  n5 -->|"segments-orders, approved"| n2
  n6 --> n2
`,
  );
});

/** The mesh as it lives: the provider is ready or not, and the agreement may have ended. */
function live(mark: Partial<LiveMark>, now = '2026-06-01T00:00:00Z'): LiveState {
  return {
    now: new Date(now),
    markOf: ({ metadata }) => ({
      inCluster: metadata.name === 'orders',
      ready: null,
      compliant: null,
      ...(metadata.name === 'orders' ? mark : {}),
    }),
  };
}

/** mark of the provider, class, words */
const MARKS: readonly [Partial<LiveMark>, string, string][] = [
  [{ ready: true, compliant: true }, 'ready', 'ready'],
  [{ ready: true, compliant: null }, 'ready', 'ready'],
  [{ ready: true, compliant: false }, 'notCompliant', 'ready<br/>not compliant'],
  [{ ready: false, compliant: true }, 'notReady', 'not ready'],
  [{ ready: false, compliant: false }, 'notReady', 'not ready<br/>not compliant'],
];

for (const [mark, name, words] of MARKS) {
  t.test(`live state is drawn in words and colour: ${JSON.stringify(mark)}`, async t => {
    const graph = toGraph(OBJECTS, live(mark));
    const mermaid = toMermaid(graph);
    t.match(mermaid, `n4["orders<br/>1.2.0<br/>${words}"]`);
    t.match(mermaid, `n2["segments<br/><br/>not in the cluster"]`);
    t.match(
      mermaid,
      new RegExp(
        `\n {2}classDef ${name} fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#1b1b1b\n {2}class n4 ${name}\n`,
      ),
    );
    t.match(mermaid, /\n {2}class n2 unknown\n/);
    t.match(
      toDot(graph),
      new RegExp(
        `label="orders\\\\n1.2.0\\\\n${words.replaceAll('<br/>', '\\\\n')}", class="${name}", style=filled`,
      ),
    );
    t.match(graph.products[1], mark);
  });
}

t.test('an edge says whether its agreement is in force, and stands out when it is used without', async t => {
  const now = toGraph(OBJECTS, live({}));
  t.match(toMermaid(now), '-->|"segments-orders, in force until 2027-01-01"|');
  // One line to a port and one from a source come first; then the flows: requested, in force, without agreement.
  t.match(toMermaid(now), /\n {2}linkStyle 4 stroke:#c92a2a\n/);
  const later = toGraph(OBJECTS, live({}, '2027-01-01T00:00:00Z'));
  t.match(toMermaid(later), '-->|"segments-orders, expired"|');
  t.match(toMermaid(later), /\n {2}linkStyle 3,4 stroke:#c92a2a\n/);
  t.match(toDot(later), 'label="segments-orders, expired", color="#c92a2a"');
  t.match(
    later.flows.map(({ standing }) => standing),
    ['requested', 'expired', 'no agreement'],
  );
});

t.test('the order of the objects does not matter', async t => {
  const backwards = toGraph(OBJECTS.toReversed());
  t.strictSame(backwards, toGraph(OBJECTS));
  t.equal(toDot(backwards), toDot(toGraph(OBJECTS)));
});

t.test('names cannot leave their labels', async t => {
  const hostile = '"]; <script>`x`|--> %% \n end \\';
  const product = object('DataProduct', hostile, hostile, {
    domainRef: hostile,
    outputPorts: [{ name: hostile, type: hostile }],
  });
  const graph = toGraph([product]);
  for (const line of toMermaid(graph).split('\n')) {
    for (const [, label = ''] of line.matchAll(/"([^"]*)"/g))
      t.match(label, /^(?:[\p{L}\p{N} .,:/_-]|#\d+;|<br\/>)*$/u);
    t.match(
      line.replaceAll(/"[^"]*"/g, '""'),
      /^(?:flowchart LR| +subgraph n\d+\[""\]| +end| +n\d+(?:\[""\]|\(\[""\]\))| +n\d+ --- n\d+|)$/,
    );
  }
  for (const line of toDot(graph).split('\n')) {
    t.match(
      line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'),
      /^(?:digraph mesh \{| *\}| +\w+=\w+;| +node \[shape=box\];| +subgraph cluster_n\d+ \{| +label="";| +n\d+ \[label=""(?:, shape=oval)?\];| +n\d+ -> n\d+ \[dir=none\];|)$/,
    );
  }
});

t.test('the example mesh is drawn by the command in every language', async t => {
  const cwd = join(EXAMPLES, 'retail');
  for (const [language, start] of [
    ['mermaid', /^flowchart LR\n/],
    ['dot', /^digraph mesh \{\n/],
    ['json', /^\{\n {2}"products": \[/],
  ] as const) {
    const first = await runDappmesh(['graph', '--output', language], { cwd });
    t.match(first, { code: 0, stderr: '', stdout: start }, language);
    t.equal(
      (await runDappmesh(['graph', '.', '--output', language], { cwd })).stdout,
      first.stdout,
      'the same again',
    );
  }
  const { products } = JSON.parse(
    (await runDappmesh(['graph', 'domains/sales', '--output', 'json'], { cwd })).stdout,
  );
  t.equal(products.length, 3);
});

t.test('a file that cannot be read would leave a hole', async t => {
  const cwd = t.testdir({ 'x.yaml': 'apiVersion: dappmesh.io/v1alpha1\nkind: Mesh\nmetadata: {name: a\n' });
  t.match(await runDappmesh(['graph', 'x.yaml'], { cwd }), {
    code: 2,
    stdout: '',
    stderr: /x\.yaml:\d+:\d+ \[DM-FILE-001\]/,
  });
});
