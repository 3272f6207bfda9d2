import t from 'tap';
import type { Policy } from '../../policies/engine/verdict/policy.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import type { Outcome } from '../../webhook/decision.ts';
import { FINDING, fakeEngine, product, review, UID } from './admission-review.ts';
import { injectServer } from './inject-server.ts';

const GVK = { group: 'dappmesh.io', version: 'v1alpha1', kind: 'DataProduct' };
const GVR = { group: 'dappmesh.io', version: 'v1alpha1', resource: 'dataproducts' };
const UPDATE = { operation: 'UPDATE', oldObject: product() };
const CHANGED = { operation: 'UPDATE', oldObject: product({ domainRef: 'other' }) };

/** What comes of a request at /validate when the engine finds a violation, whether or not it is asked. */
const TABLE: readonly (readonly [
  title: string,
  changes: Record<string, unknown>,
  outcome: Outcome,
  asked: boolean,
])[] = [
  ['a CREATE', {}, 'denied', true],
  [
    'a CREATE with generateName',
    { name: '', object: product({}, { name: '', generateName: 'o-' }) },
    'denied',
    true,
  ],
  ['an UPDATE of the spec', CHANGED, 'denied', true],
  ['an UPDATE of nothing', UPDATE, 'unchanged', false],
  [
    'an UPDATE of an unread label',
    { ...UPDATE, object: product(undefined, { labels: { a: 'b' } }) },
    'unchanged',
    false,
  ],
  [
    'an UPDATE of the spec while terminating (CVE-2023-34091)',
    {
      ...CHANGED,
      object: product(undefined, {
        deletionTimestamp: '2026-01-31T12:00:00Z',
        finalizers: ['dappmesh.io/consumers'],
      }),
    },
    'denied',
    true,
  ],
  ['a DELETE', { operation: 'DELETE', object: null, oldObject: product() }, 'denied', true],
  ['a dry run', { dryRun: true }, 'denied', true],
  ['a status update', { ...CHANGED, subResource: 'status' }, 'passed', false],
  [
    'a scale update',
    {
      ...CHANGED,
      subResource: 'scale',
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    },
    'refused',
    false,
  ],
  ['another subresource', { ...CHANGED, subResource: 'exec' }, 'refused', false],
  [
    'a CONNECT',
    {
      operation: 'CONNECT',
      subResource: 'proxy',
      kind: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
    },
    'refused',
    false,
  ],
  ['an unknown kind of ours', { kind: { ...GVK, kind: 'Secret' } }, 'refused', false],
  ['an unknown version of ours (CVE-2026-42541)', { kind: { ...GVK, version: 'v1beta1' } }, 'refused', false],
  ['a kind of ours in other letters', { kind: { ...GVK, kind: 'dataproduct' } }, 'refused', false],
  [
    'a kind converted from another version',
    {
      requestKind: { ...GVK, version: 'v1' },
      requestResource: { ...GVR, version: 'v1' },
    },
    'denied',
    true,
  ],
  [
    'a foreign group',
    {
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    },
    'passed',
    false,
  ],
  [
    'a group that only looks like ours',
    {
      kind: { ...GVK, group: 'dappmesh.io.example.com' },
      resource: { ...GVR, group: 'dappmesh.io.example.com' },
    },
    'passed',
    false,
  ],
];

for (const [title, changes, outcome, asked] of TABLE) {
  t.test(`${title} is ${outcome}`, async t => {
    const fake = fakeEngine({ findings: [FINDING] });
    const answer = await injectServer(fake.deps).post('/validate', review(changes));
    t.equal(answer.status, 200);
    t.equal(answer.response?.uid, UID);
    t.equal(answer.response?.allowed, outcome !== 'denied' && outcome !== 'refused');
    t.match(fake.decisions, [{ outcome, webhook: 'validate' }]);
    t.equal(fake.asked.length, asked ? 1 : 0);
  });
}

t.test('a dry run gets the bytes of the real verdict', async t => {
  const { deps } = fakeEngine({ findings: [FINDING] });
  const { post } = injectServer(deps);
  t.equal((await post('/validate', review({ dryRun: true }))).text, (await post('/validate', review())).text);
});

t.test('a label that a policy reads makes an update a changed one (CVE-2021-25735)', async t => {
  const policy = { kinds: ['DataProduct'], metadata: ['metadata.labels.a'] } as unknown as Policy;
  const { deps, decisions } = fakeEngine({ policies: [policy] });
  const object = product(undefined, { labels: { a: 'b' } });
  await injectServer(deps).post('/validate', review({ ...UPDATE, object }));
  t.match(decisions, [{ outcome: 'allowed' }]);
});

t.test('an update is unchanged in whatever order its keys come', async t => {
  const { deps, decisions } = fakeEngine();
  const changes = {
    operation: 'UPDATE',
    object: product({ a: 1, b: 2 }),
    oldObject: product({ b: 2, a: 1 }),
  };
  await injectServer(deps).post('/validate', review(changes));
  t.match(decisions, [{ outcome: 'unchanged' }]);
});

for (const [before, after] of [
  ['9007199254740992', '9007199254740993'],
  ['1e998', '1e999'],
  ['0.1', '0.10000000000000000001'],
] as const) {
  t.test(`a change from ${before} to ${after}, which JavaScript cannot tell, is judged`, async t => {
    const { deps, asked } = fakeEngine();
    const text = review({
      operation: 'UPDATE',
      object: product({ n: 'new' }),
      oldObject: product({ n: 'old' }),
    });
    await injectServer(deps).post('/validate', text.replace('"new"', after).replace('"old"', before));
    t.equal(asked.length, 1);
  });
}

t.test('unchanged updates are judged when that is wanted', async t => {
  const { deps, asked } = fakeEngine({ deps: { judgeUnchanged: true } });
  await injectServer(deps).post('/validate', review(UPDATE));
  t.equal(asked.length, 1);
});

t.test('the smaller of the API server’s deadline and ours goes to the engine', async t => {
  const { deps, asked } = fakeEngine({ deps: { budgetMs: 1_500 } });
  const { post } = injectServer(deps);
  for (const path of [
    '/validate?timeout=1s',
    '/validate?timeout=30s',
    '/validate',
    '/mutate?timeout=1s&x=y',
  ]) {
    await post(path, review());
  }
  t.strictSame(
    asked.map(question => question.budgetMs),
    [750, 1_500, 1_500, 750],
  );
});

t.test('the engine is asked at admission, at the time of the request', async t => {
  const { deps, asked } = fakeEngine();
  await injectServer(deps).post('/validate', review());
  t.match(asked, [{ point: 'admission', now: new Date('2026-01-31T12:00:00Z'), request: { uid: UID } }]);
});

t.test('a denial carries its message, warnings and annotations', async t => {
  const warning: Finding = { ...FINDING, code: 'DM-OWN-003', enforcement: 'warn' };
  const { deps } = fakeEngine({ findings: [FINDING, warning] });
  const { response } = await injectServer(deps).post('/validate', review());
  t.strictSame(response, {
    uid: UID,
    allowed: false,
    status: {
      status: 'Failure',
      code: 403,
      reason: 'Forbidden',
      message: '[DM-OWN-001] DataProduct/sales/orders spec.owner.teamRef: no team is set; set owner.teamRef',
    },
    auditAnnotations: { bundle: 'r1', denied: 'DM-OWN-001', warned: 'DM-OWN-003' },
    warnings: ['[DM-OWN-003] DataProduct/sales/orders spec.owner.teamRef: no team is set; set owner.teamRef'],
  });
});

t.test('hostile words in a finding stay within the limits of the API server', async t => {
  const hostile: Finding = {
    ...FINDING,
    message: `the field is immutable: map[a:b]\n\t\u0000${'x'.repeat(5_000)}`,
  };
  const many = Array.from({ length: 500 }, (_, i) => ({ ...hostile, path: ['spec', i] }));
  const warnings = many.map(finding => ({ ...finding, enforcement: 'warn' as const }));
  const { response } = await injectServer(fakeEngine({ findings: [...many, ...warnings] }).deps).post(
    '/validate',
    review(),
  );
  const message = response?.status?.message ?? '';
  t.ok(Buffer.byteLength(message) <= 2_048);
  t.notMatch(message, /is immutable|immutable field|map\[|\t|\0/);
  t.match(message, /… and \d+ more: dappmesh check$/);
  for (const warning of response?.warnings ?? []) t.notMatch(warning, /[\p{Cc}]|.{121}/u);
  t.ok((response?.warnings ?? []).join('').length <= 4_096);
});

const PATCH = [{ op: 'add', path: '/spec/suspend', value: false }] as const;

t.test('mutate sends a JSON patch in base64, and only then a patch type', async t => {
  const patched = await injectServer(fakeEngine({ operations: PATCH }).deps).post('/mutate', review());
  t.equal(patched.response?.patchType, 'JSONPatch');
  t.strictSame(JSON.parse(Buffer.from(patched.response?.patch ?? '', 'base64').toString()), PATCH);
  const empty = await injectServer(fakeEngine().deps).post('/mutate', review());
  t.strictSame(empty.response, { uid: UID, allowed: true });
});

t.test('mutate never patches a DELETE, nor what is not ours', async t => {
  const { deps, asked } = fakeEngine({ operations: PATCH });
  const { post } = injectServer(deps);
  const deletion = review({ operation: 'DELETE', object: null, oldObject: product() });
  t.strictSame((await post('/mutate', deletion)).response, { uid: UID, allowed: true });
  t.strictSame((await post('/mutate', review({ subResource: 'status' }))).response, {
    uid: UID,
    allowed: true,
  });
  t.equal(asked.length, 0);
});

t.test('a refused CREATE with generateName names the prefix', async t => {
  const object = product({}, { name: undefined, generateName: 'orders-' });
  const changes = { name: '', object, kind: { ...GVK, kind: 'Nothing' } };
  const { response } = await injectServer(fakeEngine().deps).post('/validate', review(changes));
  t.match(response?.status?.message, /Nothing\/sales\/orders-/);
});
