import t from 'tap';
import { OverloadedError } from '../../../policies/engine/engine.ts';
import { handClock } from './hand-clock.ts';
import { loadHostile } from './hostile-bundle.ts';
import { deniedProduct, product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');
const EVALUATION_MS = 1_000;
const TOO_LONG_MS = EVALUATION_MS + 1;

/** Keeps the event loop from turning, as a long garbage collection would. */
function stall(): void {
  // In pieces: where the whole machine stands still for a while, it costs the threads one of them.
  for (let i = 0; i < 25; i++) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}

t.test('an endless policy fails its own review only, and its thread is replaced', async t => {
  const clock = handClock();
  const { engine, happened } = await serve(t, { bundle, evaluationMs: EVALUATION_MS, now: clock.now });
  const endless = engine.judge(review(product('endless')));
  const queued = Array.from({ length: 50 }, (_, i) =>
    engine.judge(review(deniedProduct(`p-${i}`, `words ${i}`))),
  );
  clock.pass(TOO_LONG_MS);
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
  const clock = handClock();
  const { engine } = await serve(t, { bundle, evaluationMs: EVALUATION_MS, now: clock.now });
  const names = ['endless', 'orders', 'endless', 'stock', 'endless', 'prices'];
  const verdicts = names.map(name => engine.judge(review(product(name))));
  for (const [i, verdict] of verdicts.entries()) {
    // What came before has been answered, so it is an endless one that is under evaluation.
    if (names[i] === 'endless') clock.pass(TOO_LONG_MS);
    t.equal((await verdict).allowed, names[i] !== 'endless');
  }
});

t.test('endless reviews on every thread at once leave room for good ones', async t => {
  const clock = handClock();
  const { engine } = await serve(t, { bundle, evaluationMs: EVALUATION_MS, now: clock.now, threads: 2 });
  const verdicts = ['endless', 'orders', 'endless', 'stock'].map(name => engine.judge(review(product(name))));
  clock.pass(TOO_LONG_MS);
  t.strictSame(
    (await Promise.all(verdicts)).map(({ allowed }) => allowed),
    [false, true, false, true],
  );
});

t.test('while there is no thread, reviews wait for one until their own time is up', async t => {
  const clock = handClock();
  const { engine } = await serve(t, { bundle, evaluationMs: EVALUATION_MS, now: clock.now });
  const endless = engine.judge(review(product('endless')));
  const impatient = engine.judge(review(product('orders'), { budgetMs: TOO_LONG_MS }));
  const patient = engine.judge(review(product('orders'), { budgetMs: 60_000 }));
  clock.pass(TOO_LONG_MS);
  t.match((await impatient).findings, [{ code: 'DM-ENGINE-001', message: /it waited in the queue/ }]);
  t.strictSame(codesOf((await endless).findings), ['DM-ENGINE-001']);
  t.equal((await patient).allowed, true);
});

t.test('a review whose time is up is answered, though its evaluation goes on', async t => {
  const clock = handClock();
  const { engine, events, happened } = await serve(t, {
    bundle,
    evaluationMs: EVALUATION_MS,
    now: clock.now,
  });
  const answered = engine.judge(review(product('endless'), { budgetMs: 100 }));
  clock.pass(100);
  t.match((await answered).findings, [{ code: 'DM-ENGINE-001', message: /it was not done in time/ }]);
  t.notOk(events.some(({ type }) => type === 'replaced'));
  clock.pass(EVALUATION_MS);
  await happened(event => event.type === 'replaced' && event.reason === 'deadline');
  t.equal((await engine.judge(review(product('orders')))).allowed, true);
});

t.test('a host that stalls does not take answers that lie ready for overruns', async t => {
  const clock = handClock();
  const { engine, events } = await serve(t, { bundle, evaluationMs: EVALUATION_MS, now: clock.now });
  const asked = Array.from({ length: 80 }, (_, i) =>
    engine.judge(review(deniedProduct(`p-${i}`, `words ${i}`))),
  );
  stall();
  clock.pass(TOO_LONG_MS);
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
  const clock = handClock();
  const { engine } = await serve(t, {
    bundle,
    evaluationMs: EVALUATION_MS,
    now: clock.now,
    queueLimit: 3,
  });
  const names = ['endless', 'orders', 'stock'];
  const taken = names.map(name => engine.judge(review(product(name))));
  t.equal(engine.depth, 3);
  await t.rejects(engine.judge(review(product('prices'))), OverloadedError);
  await t.rejects(engine.fill(review(product('prices'))), OverloadedError);
  clock.pass(TOO_LONG_MS);
  t.strictSame(
    (await Promise.all(taken)).map(({ allowed }) => allowed),
    [false, true, true],
  );
  t.equal((await engine.judge(review(product('prices')))).allowed, true);
});
