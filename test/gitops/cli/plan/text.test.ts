import t from 'tap';
import { plain } from '../../../../gitops/cli/output/text.ts';
import type { Plan, PlannedObject, PlannedOwner } from '../../../../gitops/cli/plan/planned.ts';
import { planText } from '../../../../gitops/cli/plan/text.ts';

function object(parts: Partial<PlannedObject>): PlannedObject {
  return {
    action: 'same',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'sales',
    name: 'orders',
    changes: [],
    why: '',
    object: null,
    ...parts,
  };
}

const OWNER: PlannedOwner = {
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'orders',
  file: 'orders.yaml',
  suspended: false,
  waitsFor: [],
  holds: [],
  until: undefined,
  status: {},
  faults: [],
  objects: [],
};

function textOf(owner: Partial<PlannedOwner>, plan: Partial<Plan> = {}): string {
  return planText({ compared: true, findings: [], owners: [{ ...OWNER, ...owner }], ...plan }, plain);
}

t.test('each object has the sign of what would happen to it, and the last line counts', async t => {
  const objects = [
    object({ action: 'create', name: 'a' }),
    object({ action: 'change', name: 'b', changes: [{ path: ['data', 'x'], before: '1', after: '2' }] }),
    object({ action: 'prune', name: 'c' }),
    object({ action: 'same', name: 'd' }),
    object({ action: 'keep', name: 'e', why: 'sales/report uses it' }),
    object({ action: 'refused', kind: 'Namespace', namespace: '', name: 'f', why: 'forbidden' }),
  ];
  t.equal(
    textOf({ objects }),
    `DataProduct/sales/orders  orders.yaml
  + v1 ConfigMap sales/a
  ~ v1 ConfigMap sales/b
      data.x: "1" → "2"
  - v1 ConfigMap sales/c
  = v1 ConfigMap sales/d
  ! v1 ConfigMap sales/e
      sales/report uses it
  x v1 Namespace f
      forbidden

plan: 1 to create, 1 to change, 1 to prune, 1 the same, 1 kept for who holds them, 1 refused by the API server; for 1 object of the mesh
`,
  );
});

t.test('what the owner waits for, who holds it and when it changes come first', async t => {
  const text = textOf({
    suspended: true,
    waitsFor: [{ path: ['spec', 'storage', 0, 'engineClass'], message: 'EngineClass "x" does not exist' }],
    holds: [
      { component: 'api', message: 'sales/report uses port api' },
      { component: 'marts', message: 'sales/report uses port api' },
    ],
    until: new Date('2026-12-31T00:00:00Z'),
    objects: [object({ action: 'wait' })],
  });
  t.equal(
    text,
    `DataProduct/sales/orders  orders.yaml
  suspended: nothing is applied until it is resumed
  waits: spec.storage[0].engineClass: EngineClass "x" does not exist; until then nothing changes but access that ends
  held from deletion: api, marts: sales/report uses port api
  changes by itself: at 2026-12-31T00:00:00Z
  … v1 ConfigMap sales/orders

plan: 0 to create, 0 to change, 0 to prune, 0 the same, 1 waiting; for 1 object of the mesh
`,
  );
});

t.test('without a cluster nothing is compared, and the text says how it would be', async t => {
  t.match(
    textOf({ objects: [object({ action: 'make' })] }, { compared: false }),
    /\n {2}· v1 ConfigMap sales\/orders\n\nplan: 1 Kubernetes object for 1 object of the mesh; --cluster compares/,
  );
  t.match(textOf({}, { compared: false }), /\n {2}no objects\n/);
});

t.test('scripts are compared line by line', async t => {
  const before = 'one\ntwo\nthree\nfour\nfive\nsix\n';
  const change = { path: ['data', 'init.sql'], before, after: before.replace('five', '5') };
  t.match(
    textOf({ objects: [object({ action: 'change', changes: [change] })] }),
    `      data["init.sql"]:
        @@ line 3
         three
         four
        -five
        +5
         six
`,
  );
});

t.test('long values are cut, and nothing in them acts on the terminal', async t => {
  const changes = [
    { path: ['data', 'a'], after: 'x'.repeat(1000) },
    { path: ['data', 'b\u001b[31m'], before: '\u001b[2J\u202e' },
    { path: ['data', 'c'], before: 'a\n\u001b[2J', after: 'b\n\u001b[2J' },
  ];
  const text = textOf({ objects: [object({ action: 'change', why: '\u001b[2J', changes })] });
  t.match(text, /\+ data\.a: "x{159}… \(1002 characters\)/);
  t.notMatch(text, /(?!\n)\p{Cc}|\u202e/u);
});

t.test('a check that denies and an engine that fails are said, and only of their own object', async t => {
  const finding = {
    code: 'DM-OWN-001',
    severity: 'high',
    enforcement: 'deny',
    kind: 'DataProduct',
    namespace: 'sales',
    name: 'orders',
    path: ['spec', 'owner'],
    message: 'no team is set',
    remedy: 'set one',
    details: {},
    file: 'orders.yaml',
    line: 1,
    column: 1,
    source: '',
  } as const;
  const findings = [finding, { ...finding, name: 'others', message: 'not mine' }];
  const text = textOf(
    { faults: [{ ...finding, code: 'DM-ENGINE-002', message: 'it aborted' }] },
    { findings },
  );
  t.match(text, /\n {2}denied by a check: \[DM-OWN-001\] spec\.owner: no team is set\n/);
  t.match(text, /\n {2}could not plan: \[DM-ENGINE-002\] it aborted\n/);
  t.notMatch(text, /not mine|no objects/);
});
