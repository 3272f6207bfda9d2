import t from 'tap';
import { loadHostile } from './hostile-bundle.ts';
import { product, review } from './question.ts';
import { detailsOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');
const PRODUCTS = 20_000;

t.test('a first list that is held back reaches every thread at its release, and replaces none', async t => {
  const { engine, events } = await serve(t, { bundle, threads: 2 });
  engine.inventory.hold();
  for (let i = 0; i < PRODUCTS; i++) {
    const metadata = { namespace: `namespace-${i % 100}` };
    engine.inventory.apply(product(`product-${i}`, { version: `1.0.${i}`, domainRef: 'sales' }, metadata));
  }
  const early = await engine.judge(review(product('telling')));
  t.match(detailsOf(early), { inventory: { DataProduct: {} } }, 'nothing was told yet');
  await engine.inventory.release();
  // Two at once, so that both threads are asked.
  const verdicts = await Promise.all([1, 2, 3, 4].map(() => engine.judge(review(product('telling')))));
  for (const verdict of verdicts) {
    const { inventory } = detailsOf(verdict) as { inventory: { DataProduct: Record<string, object> } };
    const counts = Object.values(inventory.DataProduct).map(products => Object.keys(products).length);
    t.equal(
      counts.reduce((sum, count) => sum + count, 0),
      PRODUCTS,
    );
  }
  engine.inventory.apply(product('one-more', { version: '1.0.0' }));
  t.equal((await engine.judge(review(product('orders')))).allowed, true);
  t.strictSame(
    events.filter(({ type }) => type === 'replaced'),
    [],
  );
});

t.test('a release ends though a thread ends before it has taken everything in', async t => {
  const { engine } = await serve(t, { bundle });
  engine.inventory.hold();
  for (let i = 0; i < PRODUCTS; i++) engine.inventory.apply(product(`product-${i}`, { version: `1.0.${i}` }));
  const released = engine.inventory.release();
  await Promise.all([engine.close(), released]);
});
