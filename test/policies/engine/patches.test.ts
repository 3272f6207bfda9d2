import t from 'tap';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import type { Verdict } from '../../../policies/engine/verdict/verdict.ts';
import { handClock } from './hand-clock.ts';
import { loadHostile } from './hostile-bundle.ts';
import { meshObject, product, review } from './question.ts';
import { detailsOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');

function domain(description: string): MeshObject {
  return meshObject('Domain', 'sales', { description });
}

function descriptionIn(verdict: Verdict): unknown {
  const { inventory } = detailsOf(verdict) as {
    inventory: { Domain: Record<string, { spec: { description: string } }> };
  };
  return inventory.Domain['sales']?.spec.description;
}

t.test('a change is seen by the next review, every time and on every thread', async t => {
  const { engine } = await serve(t, { bundle, threads: 2 });
  for (let i = 0; i < 1500; i++) {
    engine.inventory.apply(domain(`change ${i}`));
    const verdicts = await Promise.all([1, 2, 3, 4].map(() => engine.judge(review(product('telling')))));
    const wrong = verdicts.find(verdict => descriptionIn(verdict) !== `change ${i}`);
    if (wrong !== undefined) return void t.fail(`after change ${i}: ${JSON.stringify(wrong.findings)}`);
  }
  engine.inventory.remove('Domain', '', 'sales');
  const { findings } = await engine.judge(review(product('telling')));
  t.match(findings[0]?.details, { inventory: { Domain: {} } });
});

t.test('a hundred thousand changes in one turn reach threads that serve and threads that load', async t => {
  const { engine, events } = await serve(t, { bundle });
  const swapped = engine.swap(await loadHostile('faulty'));
  // One turn later its thread is there, with a snapshot of what was before.
  await new Promise(resolve => setImmediate(resolve));
  for (let i = 0; i < 50_000; i++) {
    const metadata = { namespace: `namespace-${i % 100}` };
    engine.inventory.apply(product(`product-${i}`, { version: `1.0.${i}`, domainRef: 'sales' }, metadata));
    if (i % 4 !== 0) engine.inventory.remove('DataProduct', metadata.namespace, `product-${i}`);
  }
  const before = engine.judge(review(product('orders')));
  await swapped;
  t.equal((await before).allowed, true);
  const verdict = await engine.judge(review(product('telling')));
  const { inventory } = detailsOf(verdict) as { inventory: { DataProduct: Record<string, object> } };
  const counts = Object.values(inventory.DataProduct).map(products => Object.keys(products).length);
  t.equal(
    counts.reduce((sum, count) => sum + count, 0),
    12_500,
  );
  t.strictSame(
    events.filter(({ type }) => type === 'replaced'),
    [],
  );
});

t.test(
  'a thread whose heap is mostly waste is rebuilt beside the serving one, and answers stay right',
  async t => {
    const { engine, happened } = await serve(t, { bundle });
    const rebuilt = happened(event => event.type === 'replaced' && event.reason === 'bloated');
    let isRebuilt = false;
    void rebuilt.then(() => (isRebuilt = true));
    for (let i = 0; !isRebuilt && i < 3000; i++) {
      engine.inventory.apply(domain(`${i} ${'x'.repeat(20_000 + i * 100)}`));
      const verdict = await engine.judge(review(product('telling')));
      t.equal(engine.ready, true);
      if (!String(descriptionIn(verdict)).startsWith(`${i} x`)) return void t.fail(`after change ${i}`);
    }
    t.match(await rebuilt, { error: undefined });
    engine.inventory.apply(domain('at last'));
    t.equal(descriptionIn(await engine.judge(review(product('telling')))), 'at last');
  },
);

t.test('a thread that is lost while its successor loads leaves no gap for long', async t => {
  const clock = handClock();
  const { engine, happened } = await serve(t, { bundle, evaluationMs: 1_000, now: clock.now });
  engine.inventory.apply(domain('x'.repeat(30_000_000)));
  t.equal((await engine.judge(review(product('orders')))).allowed, true, 'the change is taken in');
  const rebuilt = happened(event => event.type === 'replaced' && event.reason === 'bloated');
  engine.inventory.apply(
    meshObject('Domain', 'finance', { description: 'this shows that the heap is bloated' }),
  );
  const endless = engine.judge(review(product('endless')));
  clock.pass(1_001);
  t.equal((await endless).allowed, false);
  t.equal((await engine.judge(review(product('orders')))).allowed, true);
  t.match(await rebuilt, { error: undefined });
  t.equal(engine.ready, true);
});
