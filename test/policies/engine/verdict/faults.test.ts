import t, { type Test } from 'tap';
import { ENGINE_FAULTS } from '../../../../policies/engine/verdict/faults.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { deniedProduct, meshObject, product, review } from '../question.ts';
import { codesOf, serve } from '../serve.ts';

const bundle = await loadHostile('faulty');
const { engine } = await serve(t, { bundle, maximumPages: 512 });

async function isStillRight(test: Test): Promise<void> {
  const good = await engine.judge(review(product('orders')));
  test.strictSame(good.findings, []);
  const bad = await engine.judge(review(deniedProduct('orders', 'it is bad')));
  test.strictSame(
    bad.findings.map(({ message }) => message),
    ['it is bad'],
  );
}

const named: readonly (readonly [
  title: string,
  name: string,
  spec: Record<string, unknown>,
  code: string,
  policy: string,
])[] = [
  ['a policy that aborts', 'conflict', {}, 'DM-ENGINE-002', 'DM-TST-004'],
  ['a policy that runs out of memory (CVE-2026-23881)', 'bomb', {}, 'DM-ENGINE-003', 'DM-TST-003'],
  ['a policy without a decision', 'undefined', {}, 'DM-ENGINE-005', 'DM-TST-005'],
  ['a number for an answer', 'shapeless', { answer: 7 }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['true for an answer', 'shapeless', { answer: true }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['null for an answer', 'shapeless', { answer: null }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['text for an answer', 'shapeless', { answer: 'allow' }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['an object for an answer', 'shapeless', { answer: {} }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['texts for violations', 'shapeless', { answer: ['denied'] }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['a list in the list', 'shapeless', { answer: [[]] }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['null among violations', 'shapeless', { answer: [null] }, 'DM-ENGINE-004', 'DM-TST-006'],
  ['a message that is a number', 'shapeless', violation({ message: 7 }), 'DM-ENGINE-004', 'DM-TST-006'],
  ['a message of blanks only', 'shapeless', violation({ message: ' \n ' }), 'DM-ENGINE-004', 'DM-TST-006'],
  ['a path that is text', 'shapeless', violation({ path: 'spec' }), 'DM-ENGINE-004', 'DM-TST-006'],
  [
    'a path with a negative index',
    'shapeless',
    violation({ path: ['spec', -1] }),
    'DM-ENGINE-004',
    'DM-TST-006',
  ],
  [
    'a path with half an index',
    'shapeless',
    violation({ path: ['spec', 0.5] }),
    'DM-ENGINE-004',
    'DM-TST-006',
  ],
  ['a path with null', 'shapeless', violation({ path: ['spec', null] }), 'DM-ENGINE-004', 'DM-TST-006'],
  ['details that are a list', 'shapeless', violation({ details: [] }), 'DM-ENGINE-004', 'DM-TST-006'],
  [
    'a violation with a field more',
    'shapeless',
    violation({ severity: 'low' }),
    'DM-ENGINE-004',
    'DM-TST-006',
  ],
  [
    'a violation with a field less',
    'shapeless',
    { answer: [{ path: [], message: 'x' }] },
    'DM-ENGINE-004',
    'DM-TST-006',
  ],
];

function violation(change: Record<string, unknown>): Record<string, unknown> {
  const good = { path: [], message: 'it is good', details: {} };
  return { answer: [good, { ...good, ...change }] };
}

for (const [title, name, spec, code, policy] of named) {
  t.test(`${title} is ${code}, names the policy, and the next review is judged`, async t => {
    const { allowed, findings } = await engine.judge(review(product(name, spec)));
    t.equal(allowed, false);
    t.match(findings, [{ code, enforcement: 'deny', severity: 'critical', path: [], details: { policy } }]);
    t.equal(findings.length, 1);
    await isStillRight(t);
  });

  t.test(`${title} hides no other policy's denial`, async t => {
    const object = product(name, spec, { annotations: { deny: 'it is bad' } });
    const { findings } = await engine.judge(review(object));
    t.strictSame(codesOf(findings), [code, 'DM-TST-001']);
    t.equal(findings[1]?.message, 'it is bad');
  });
}

t.test('a fault denies at every point', async t => {
  for (const point of ['push', 'admission', 'audit'] as const) {
    t.equal((await engine.judge(review(product('conflict'), { point }))).allowed, false);
  }
});

t.test('policies that abort often leave the engine as it was (CVE-2025-47281, CVE-2026-41485)', async t => {
  for (let i = 0; i < 150; i++) {
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => engine.judge(review(product('conflict')))),
    );
    const codes = new Set(verdicts.flatMap(({ findings }) => codesOf(findings)));
    if (codes.size !== 1 || !codes.has('DM-ENGINE-002'))
      return void t.fail(`after ${i * 20}: ${[...codes].join(', ')}`);
  }
  await isStillRight(t);
});

t.test('messages become one line without control characters', async t => {
  const words = '\tfirst\nsecond\r\n\u0000\u0007third\u001b[31m\u2028fourth\u0085\u202eend\t';
  const { findings } = await engine.judge(review(deniedProduct('orders', words)));
  t.equal(findings[0]?.message, 'first second third [31m fourth end');
});

t.test('a message is cut between characters', async t => {
  const { findings } = await engine.judge(review(deniedProduct('orders', '💥'.repeat(5000))));
  const message = findings[0]?.message ?? '';
  t.ok(message.length <= 600 && message.endsWith('…'));
  t.equal(message.isWellFormed(), true);
});

const unreadable: readonly (readonly [title: string, text: string])[] = [
  ['no JSON at all', 'not json}'],
  ['an empty object', '{}'],
  ['a list', '[1]}'],
  ['half a review', '{"request": {"uid": "x", }'],
  ['another uid', JSON.stringify({ request: { ...review(product('orders')).request, uid: 'another' } })],
  ['no request', '{"kind": "AdmissionReview"}'],
  ['nothing', ''],
];
for (const [title, text] of unreadable) {
  for (const kind of ['DataProduct', 'DataContract']) {
    t.test(`bytes that the policies cannot read are never an approval: ${title}, for a ${kind}`, async t => {
      const question = { ...review(meshObject(kind, 'orders')), bytes: Buffer.from(text) };
      const { allowed, findings } = await engine.judge(question);
      t.equal(allowed, false);
      t.strictSame(codesOf(findings), ['DM-ENGINE-007']);
      await isStillRight(t);
    });
  }
}

t.test('a lone surrogate, which aborts every policy, denies', async t => {
  const { allowed, findings } = await engine.judge(review(product('a\ud800b')));
  t.equal(allowed, false);
  t.ok(codesOf(findings).every(code => code.startsWith('DM-ENGINE-')));
  await isStillRight(t);
});

t.test('faults have codes of their own, and say what to do', async t => {
  const faults = Object.values(ENGINE_FAULTS);
  t.equal(new Set(faults.map(({ code }) => code)).size, faults.length);
  for (const { code, title, description, remedy } of faults) {
    t.match(code, /^DM-ENGINE-0\d\d$/);
    for (const text of [title, description, remedy]) t.match(text, /^\S.+\S$/);
  }
});

t.test('what a fault says is true of every way into it', async t => {
  const { deadline, kind } = ENGINE_FAULTS;
  t.notMatch(
    `${deadline.description} ${deadline.remedy}`,
    /thread|replaced|smaller/,
    'a queue is one of the ways',
  );
  t.match(kind.remedy, /status/, 'a subresource is one of the ways');
});
