import t from 'tap';
import type { Verdict } from '../../../policies/engine/verdict/verdict.ts';
import { loadHostile } from './hostile-bundle.ts';
import { deniedProduct, meshObject, product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');
const { engine } = await serve(t, { bundle });

t.test('a good object is allowed, and the verdict says by which revision and where', async t => {
  t.equal(engine.ready, true);
  t.strictSame(await engine.judge(review(product('orders'), { point: 'push' })), {
    allowed: true,
    findings: [],
    revision: bundle.revision,
    point: 'push',
  });
});

t.test('a bad object is denied with code, place, problem, remedy and object', async t => {
  t.strictSame(await engine.judge(review(deniedProduct('orders', 'it is bad'))), {
    allowed: false,
    findings: [
      {
        code: 'DM-TST-001',
        severity: 'high',
        enforcement: 'deny',
        kind: 'DataProduct',
        namespace: 'sales',
        name: 'orders',
        path: ['metadata', 'annotations', 'deny'],
        message: 'it is bad',
        remedy: 'rename it',
        details: {},
      },
    ],
    revision: bundle.revision,
    point: 'admission',
  });
});

t.test('an object without a name yet is called by its prefix', async t => {
  const { metadata, ...rest } = deniedProduct('', 'it is bad');
  const { name: _, ...nameless } = { ...metadata, generateName: 'orders-' };
  const object = { ...rest, metadata: nameless } as unknown as ReturnType<typeof product>;
  const { findings } = await engine.judge(review(object));
  t.equal(findings[0]?.name, 'orders-…');
});

t.test('a kind without policies is allowed, an unknown kind is not', async t => {
  t.equal((await engine.judge(review(meshObject('Mesh', 'retail')))).allowed, true);
  const { allowed, findings } = await engine.judge(review({ ...product('x'), kind: 'ConfigMap' }));
  t.equal(allowed, false);
  t.strictSame(codesOf(findings), ['DM-ENGINE-008']);
});

t.test('an operation that no policy takes is allowed; one that no object has is not', async t => {
  const object = deniedProduct('orders', 'it is bad');
  t.equal((await engine.judge(review(object, { operation: 'DELETE' }))).allowed, true);
  const connect = review(object, { operation: 'CONNECT' as 'CREATE' });
  t.strictSame(codesOf((await engine.judge(connect)).findings), ['DM-ENGINE-008']);
});

t.test('a violation that needs no object denies also when the review has none', async t => {
  const { engine } = await serve(t, { bundle: await loadHostile('objectless') });
  const { request, ...rest } = review(product('orders'));
  const bytes = Buffer.from(JSON.stringify({ request: { ...request, object: null } }));
  const verdict = await engine.judge({ ...rest, request: { ...request, object: null }, bytes });
  t.equal(verdict.allowed, false);
  t.strictSame(codesOf(verdict.findings), ['DM-TST-001']);
});

t.test(
  'findings come sorted, and the same review gives the same bytes on every thread and in every engine',
  async t => {
    const first = (await serve(t, { bundle, threads: 2 })).engine;
    const second = (await serve(t, { bundle })).engine;
    const question = review(product('chatty', { violations: 50 }, { annotations: { deny: 'it is bad' } }));
    const verdicts = await Promise.all(
      Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? second : first).judge(question)),
    );
    t.equal(new Set(verdicts.map(verdict => JSON.stringify(verdict))).size, 1);
    const [{ findings }] = verdicts as [Verdict];
    t.equal(findings.length, 51);
    t.strictSame(
      findings.slice(1).map(({ path }) => path[1]),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
  },
);

t.test('a hundred reviews at once each get their own answer', async t => {
  const { engine } = await serve(t, { bundle, threads: 2 });
  const asked = Array.from({ length: 100 }, (_, i) => `words of ${i}`);
  const verdicts = await Promise.all(
    asked.map((words, i) => engine.judge(review(deniedProduct(`p-${i}`, words)))),
  );
  t.strictSame(
    verdicts.map(({ findings }) => findings[0]?.message),
    asked,
  );
  t.strictSame(
    verdicts.map(({ findings }) => findings[0]?.name),
    asked.map((_, i) => `p-${i}`),
  );
  t.equal(engine.depth, 0);
});

for (const text of [
  'größe',
  '日本語',
  '💥',
  '"quoted" \\ back',
  '<script>alert(1)</script>',
  '| `x` |',
  '__proto__',
  '%s %d',
]) {
  t.test(`text comes back as it went in: ${text}`, async t => {
    const { findings } = await engine.judge(review(deniedProduct('orders', text)));
    t.equal(findings[0]?.message, text);
  });
}

t.test('a context that came with the body does not count', async t => {
  const question = review(product('telling'), { point: 'audit', now: new Date('2026-06-01T12:30:15.999Z') });
  const forged = JSON.stringify({
    context: { point: 'push', now: '1999-01-01T00:00:00Z' },
    ...(JSON.parse(Buffer.from(question.bytes).toString()) as object),
  });
  const { findings } = await engine.judge({ ...question, bytes: Buffer.from(`${forged} \n`) });
  t.strictSame(findings[0]?.details['context'], { point: 'audit', now: '2026-06-01T12:30:15Z' });
});

t.test('the clock of the question is the only one', async t => {
  for (const now of ['1970-01-01T00:00:00Z', '2999-12-31T23:59:59Z']) {
    const { findings } = await engine.judge(review(product('telling'), { now: new Date(now) }));
    t.strictSame(findings[0]?.details['context'], { point: 'admission', now });
  }
});

t.test('evaluations and faults are told to whoever listens, until they stop', async t => {
  const { engine, events } = await serve(t, { bundle });
  let heard = 0;
  const stop = engine.on(() => (heard += 1));
  await engine.judge(review(product('orders')));
  stop();
  await engine.judge(review(product('conflict')));
  t.equal(heard, 1);
  t.match(events, [
    { type: 'evaluated', kind: 'DataProduct', family: 'governance' },
    { type: 'evaluated' },
    { type: 'fault', fault: 'abort', policy: 'DM-TST-004' },
  ]);
});
