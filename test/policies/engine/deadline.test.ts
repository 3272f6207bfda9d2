import t from 'tap';
import { OverloadedError } from '../../../policies/engine/engine.ts';
import { loadHostile } from './hostile-bundle.ts';
import { deniedProduct, product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');

/** Keeps the event loop from turning, as a long garbage collection would. */
function stall(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

t.test('an endless policy fails its own review only, and its thread is replaced', async t => {
  const { engine, happened } = await serve(t, { bundle, evaluationMs: 1_000 });
  const endless = engine.judge(review(product('endless')));
  const queued = Array.from({ length: 50 }, (_, i) =>
    engine.judge(review(deniedProduct(`p-${i}`, `words ${i}`))),
  );
  const { allowed, findings } = await endless;
  t.equal(allowed, false);
  t.strictSame(codesOf(findings), ['DM-ENGINE-001']);
  const verdicts = await Promise.all(queued);
  t.strictSame(
    verdicts.map(verdict => verdict.findings[0]?.message),
    verdicts.map((_, i) => `words ${i}`),
  );
  await happened(event => event.type === 'replaced' && event.reason === 'deadline');
  t.equal((await engine.judge(review(product('orders')))).allowed, true);
  t.equal(engine.depth, 0);
});

t.test('one endless review after another leaves room for good ones', async t => {
  const { engine } = await serve(t, { bundle, evaluationMs: 2_000, threads: 2 });
  const verdicts = await Promise.all(
    ['endless', 'orders', 'endless', 'stock', 'endless', 'prices'].map(name =>
      engine.judge(review(product(name))),
    ),
  );
  t.strictSame(
    verdicts.map(({ allowed }) => allowed),
    [false, true, false, true, false, true],
  );
});

t.test('while there is no thread, reviews wait for one until their own time is up', async t => {
  const { engine } = await serve(t, { bundle, evaluationMs: 2_000 });
  const endless = engine.judge(review(product('endless')));
  const impatient = engine.judge(review(product('orders'), { budgetMs: 100 }));
  const patient = engine.judge(review(product('orders'), { budgetMs: 60_000 }));
  t.match((await impatient).findings, [{ code: 'DM-ENGINE-001', message: /it waited in the queue/ }]);
  t.strictSame(codesOf((await endless).findings), ['DM-ENGINE-001']);
  t.equal((await patient).allowed, true);
});

t.test('a review whose time is up is answered, though its evaluation goes on', async t => {
  const { engine, happened } = await serve(t, { bundle, evaluationMs: 1_000 });
  const order: string[] = [];
  const replaced = happened(event => event.type === 'replaced' && event.reason === 'deadline').then(() =>
    order.push('replaced'),
  );
  const { findings } = await engine.judge(review(product('endless'), { budgetMs: 100 }));
  order.push('answered');
  t.match(findings, [{ code: 'DM-ENGINE-001', message: /it was not done in time/ }]);
  await replaced;
  t.strictSame(order, ['answered', 'replaced']);
  t.equal((await engine.judge(review(product('orders')))).allowed, true);
});

t.test('a host that stalls does not take answers that lie ready for overruns', async t => {
  const { engine, events } = await serve(t, { bundle, evaluationMs: 1_000 });
  const asked = Array.from({ length: 80 }, (_, i) =>
    engine.judge(review(deniedProduct(`p-${i}`, `words ${i}`))),
  );
  stall(2_500);
  const verdicts = await Promise.all(asked);
  t.strictSame(
    verdicts.map(({ findings }) => findings[0]?.message),
    asked.map((_, i) => `words ${i}`),
  );
  t.strictSame(
    events.filter(({ type }) => type === 'replaced'),
    [],
  );
});

t.test('when the queue is full, more is turned away until there is room', async t => {
  const { engine } = await serve(t, { bundle, evaluationMs: 1_000, queueLimit: 3 });
  const names = ['endless', 'orders', 'stock'];
  const taken = names.map(name => engine.judge(review(product(name))));
  t.equal(engine.depth, 3);
  await t.rejects(engine.judge(review(product('prices'))), OverloadedError);
  await t.rejects(engine.fill(review(product('prices'))), OverloadedError);
  t.strictSame(
    (await Promise.all(taken)).map(({ allowed }) => allowed),
    [false, true, true],
  );
  t.equal((await engine.judge(review(product('prices')))).allowed, true);
});
