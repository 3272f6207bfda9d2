import t from 'tap';
import { faultFinding } from '../../policies/engine/verdict/faults.ts';
import type { Policy } from '../../policies/engine/verdict/policy.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import {
  isReport,
  kindsReportedAs,
  OMITTED_ANNOTATION,
  REPORT_TYPES,
  reportRefOf,
  toReport,
} from '../../reconciler/report.ts';
import { RECONCILED_KINDS } from '../../reconciler/store/dependents.ts';
import { meshObject } from './mesh-samples.ts';

const OWNER = meshObject('DataProduct', 'sales/orders');
const SUBJECT = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const POLICIES: readonly Policy[] = [
  {
    family: 'governance',
    name: 'owner-present',
    title: 'Owner present',
    description: '',
    kinds: ['DataProduct'],
    operations: ['UPDATE'],
    inventory: [],
    entrypoint: '',
    code: 'DM-OWN-001',
    severity: 'high',
    enforce: { push: 'deny', admission: 'deny', audit: 'deny' },
    remedy: '',
    scope: ['object'],
    metadata: [],
  },
];

function finding(fields: Partial<Finding> = {}): Finding {
  return {
    ...SUBJECT,
    code: 'DM-OWN-001',
    severity: 'high',
    enforcement: 'deny',
    path: ['spec', 'owner', 'teamRef'],
    message: 'no team is set',
    remedy: 'set owner.teamRef and add a contact',
    details: {},
    ...fields,
  };
}

const reportOf = (...findings: Finding[]) => toReport(OWNER, findings, POLICIES);
const resultsOf = (...findings: Finding[]) => (reportOf(...findings)?.['results'] ?? []) as object[];

t.test('an object without findings has no report', async t => {
  t.equal(reportOf(), undefined);
});

t.test('a denial is a failure, with everything that a person needs', async t => {
  t.strictSame(reportOf(finding()), {
    apiVersion: 'openreports.io/v1alpha1',
    kind: 'Report',
    metadata: { name: 'dataproduct-orders', namespace: 'sales' },
    source: 'dappmesh',
    scope: {
      apiVersion: 'dappmesh.io/v1alpha1',
      kind: 'DataProduct',
      namespace: 'sales',
      name: 'orders',
      uid: 'uid-DataProduct-sales/orders',
    },
    summary: { error: 0, fail: 1, skip: 0, warn: 0 },
    results: [
      {
        policy: 'DM-OWN-001',
        rule: 'owner-present',
        category: 'governance',
        result: 'fail',
        severity: 'high',
        message: 'no team is set; set owner.teamRef and add a contact',
        properties: { title: 'Owner present', level: 'deny', path: 'spec.owner.teamRef' },
      },
    ],
  });
});

const OUTCOMES: readonly (readonly [string, Finding, object])[] = [
  ['a warning warns', finding({ enforcement: 'warn' }), { result: 'warn', properties: { level: 'warn' } }],
  [
    'what is exempt is skipped, and says by which exemption',
    finding({ enforcement: 'warn', exemption: 'late-2026.q1' }),
    { result: 'skip', properties: { level: 'warn', exemption: 'late-2026.q1' } },
  ],
  ['a denial fails', finding({}), { result: 'fail', properties: { exemption: undefined } }],
  [
    'a fault of the engine is an error',
    faultFinding('abort', SUBJECT, 'boom', 'DM-OWN-001'),
    {
      policy: 'DM-ENGINE-002',
      result: 'error',
      category: 'engine',
      severity: 'critical',
      properties: { title: 'A policy aborted', path: undefined },
    },
  ],
  [
    'a code that the bundle does not have stands for itself',
    finding({ code: 'DM-OLD-001' }),
    { policy: 'DM-OLD-001', rule: undefined, category: undefined, properties: { title: undefined } },
  ],
];

for (const [what, given, expected] of OUTCOMES)
  t.test(what, async t => {
    t.match(resultsOf(given), [expected]);
  });

t.test('the order in which findings come makes no difference', async t => {
  const findings = [
    finding({ enforcement: 'warn' }),
    finding({ path: ['spec', 'outputPorts', 10] }),
    finding({ path: ['spec', 'outputPorts', 9] }),
  ];
  t.strictSame(reportOf(...findings), reportOf(...findings.toReversed()));
  t.match(resultsOf(...findings), [
    { properties: { path: 'spec.outputPorts[9]' } },
    { properties: { path: 'spec.outputPorts[10]' } },
    { result: 'warn' },
  ]);
});

t.test('a report has an end: what is left out is counted, and warnings go first', async t => {
  const findings = Array.from({ length: 60 }, (_, at) =>
    finding({ path: ['spec', at], enforcement: at < 20 ? 'warn' : 'deny', message: 'm'.repeat(5_000) }),
  );
  const report = reportOf(...findings);
  t.equal(resultsOf(...findings).length, 50);
  t.match(report, {
    metadata: { annotations: { [OMITTED_ANNOTATION]: '10' } },
    configuration: { limits: { maxResults: 50 } },
    summary: { fail: 40, warn: 20 },
  });
  t.ok(JSON.stringify(report).length < 100_000);
});

t.test('about a cluster-scoped object, the report is one too', async t => {
  const ref = reportRefOf(meshObject('Mesh', 'retail'));
  t.match(ref, { kind: 'ClusterReport', namespace: undefined, name: 'mesh-retail' });
  const report = toReport(meshObject('Domain', 'sales'), [finding()], POLICIES);
  t.match(report, { kind: 'ClusterReport', metadata: { name: 'domain-sales', namespace: undefined } });
  t.notOk('namespace' in (report?.metadata ?? {}));
});

t.test('names are told apart by kind, and by a hash where they are too long', async t => {
  const long = 'x'.repeat(250);
  const names = ['orders', `${long}a`, `${long}b`].flatMap(name =>
    ['DataProduct', 'DataContract'].map(kind => reportRefOf(meshObject(kind, `sales/${name}`)).name),
  );
  t.equal(new Set(names).size, names.length);
  t.ok(names.every(name => name.length <= 253));
});

t.test('an object that was never stored can be told of, too', async t => {
  const { uid: _uid, ...metadata } = OWNER.metadata;
  const report = toReport({ ...OWNER, metadata }, [finding()], POLICIES);
  t.strictSame(Object.keys(report?.['scope'] ?? {}), ['apiVersion', 'kind', 'namespace', 'name']);
});

t.test('every reconciled kind has exactly one kind of report', async t => {
  t.strictSame(REPORT_TYPES.flatMap(kindsReportedAs).toSorted(), [...RECONCILED_KINDS].toSorted());
  t.strictSame(kindsReportedAs('openreports.io/v1alpha1/ClusterReport').toSorted(), ['Domain', 'Mesh']);
  t.strictSame(kindsReportedAs('v1/ConfigMap'), []);
});

t.test('reports of others are no business of ours', async t => {
  t.equal(isReport({ apiVersion: 'openreports.io/v1alpha1', kind: 'Report' }), true);
  t.equal(isReport({ apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'Report' }), false);
});
