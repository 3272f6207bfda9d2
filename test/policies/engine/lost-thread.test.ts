import t from 'tap';
import { loadHostile } from './hostile-bundle.ts';
import { meshObject, product, review } from './question.ts';
import { serve } from './serve.ts';

const bundle = await loadHostile('faulty');

t.test('a thread that cannot hold the inventory ends, and comes back as soon as it fits', async t => {
  const { engine, happened, events } = await serve(t, { bundle, maximumPages: 128 });
  engine.inventory.apply(meshObject('Domain', 'sales', { description: 'x'.repeat(12_000_000) }));
  await happened(event => event.type === 'replaced' && event.reason === 'lost');
  t.equal(engine.ready, false);
  const waiting = engine.judge(review(product('orders'), { budgetMs: 120_000 }));
  engine.inventory.apply(meshObject('Domain', 'sales', { description: 'small again' }));
  t.equal((await waiting).allowed, true);
  t.equal(engine.ready, true);
  const { findings } = await engine.judge(review(product('telling')));
  t.match(findings[0]?.details, {
    inventory: { Domain: { sales: { spec: { description: 'small again' } } } },
  });
  t.ok(events.some(event => event.type === 'replaced' && event.error !== undefined));
});

t.test('text that would abort the module does not end a thread', async t => {
  const { engine, events } = await serve(t, { bundle });
  engine.inventory.apply(
    meshObject('Domain', 'a\ud800', { description: '\udfff \ud83d', meshRef: '\ud800' }),
  );
  engine.inventory.apply(product('orders\udc00', { domainRef: '\udc00', version: '\\ud800' }));
  const { findings } = await engine.judge(review(product('telling')));
  t.match(findings[0]?.details, {
    inventory: {
      Domain: { 'a\ufffd': { spec: { description: '\ufffd \ufffd' } } },
      DataProduct: { sales: { 'orders\ufffd': { spec: { version: '\\ud800' } } } },
    },
  });
  t.strictSame(
    events.filter(({ type }) => type === 'replaced'),
    [],
  );
});
