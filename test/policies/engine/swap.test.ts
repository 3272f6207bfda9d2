import t from 'tap';
import type { Verdict } from '../../../policies/engine/verdict/verdict.ts';
import { handClock } from './hand-clock.ts';
import { loadHostile } from './hostile-bundle.ts';
import { deniedProduct, meshObject, product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const [bundle, upgraded, wider] = (await Promise.all(['faulty', 'upgraded', 'wider'].map(loadHostile))) as [
  Awaited<ReturnType<typeof loadHostile>>,
  Awaited<ReturnType<typeof loadHostile>>,
  Awaited<ReturnType<typeof loadHostile>>,
];

t.test('under load no review is lost, and each is judged by one revision alone', async t => {
  const { engine, events } = await serve(t, { bundle, threads: 2 });
  const verdicts: Verdict[] = [];
  let isSwapped = false;
  const askers = Array.from({ length: 12 }, async () => {
    for (let after = 0; after < 20; after += isSwapped ? 1 : 0) {
      verdicts.push(await engine.judge(review(deniedProduct('orders', 'the old revision denies'))));
    }
  });
  await engine.swap(upgraded);
  isSwapped = true;
  t.equal((await engine.judge(review(product('orders')))).revision, upgraded.revision);
  await Promise.all(askers);
  const seen = new Map(
    verdicts.map(({ revision, findings }) => [revision, findings.map(({ message }) => message)]),
  );
  t.strictSame(
    seen,
    new Map([
      [bundle.revision, ['the old revision denies']],
      [upgraded.revision, ['the new revision denies all']],
    ]),
  );
  for (const { revision, findings } of verdicts) {
    const expected = revision === bundle.revision ? 'the old revision denies' : 'the new revision denies all';
    if (findings.length !== 1 || findings[0]?.message !== expected)
      t.fail(`${revision} says ${JSON.stringify(findings)}`);
  }
  t.strictSame(
    events.filter(({ type }) => type !== 'evaluated'),
    [{ type: 'swapped', revision: upgraded.revision }],
  );
});

t.test('swaps that are asked for at once are made one after the other', async t => {
  const { engine } = await serve(t, { bundle });
  await Promise.all([engine.swap(upgraded), engine.swap(bundle), engine.swap(upgraded)]);
  t.equal(engine.bundle.revision, upgraded.revision);
  t.equal((await engine.judge(review(product('orders')))).revision, upgraded.revision);
});

// One whose threads never answer: threads/thread-supply.test.ts.
for (const [name, reason] of [
  ['aborting-start', /conflict/],
  ['blind-start', /canary/],
] as const) {
  t.test(`a bundle that does not run leaves the old one serving: ${name}`, async t => {
    const { engine, events } = await serve(t, { bundle });
    const bad = await loadHostile(name);
    await t.rejects(engine.swap(bad), reason);
    t.equal(engine.ready, true);
    t.equal(engine.bundle.revision, bundle.revision);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () =>
        engine.judge(review(deniedProduct('orders', 'the old revision denies'))),
      ),
    );
    t.ok(verdicts.every(({ revision, findings }) => revision === bundle.revision && findings.length === 1));
    t.match(
      events.filter(({ type }) => type === 'swap-failed'),
      [{ revision: bad.revision }],
    );
    await engine.swap(upgraded);
    t.equal((await engine.judge(review(product('orders')))).revision, upgraded.revision);
  });
}

t.test('a bundle that reads more fields is refused without a way to read the objects again', async t => {
  const { engine } = await serve(t, { bundle });
  await t.rejects(engine.swap(wider), /reads fields that the inventory does not keep/);
  t.equal((await engine.judge(review(product('orders')))).revision, bundle.revision);
});

t.test('with one, all objects are read again before it serves', async t => {
  const orders = product('orders', { version: '1.0.0', displayName: 'Orders' });
  const { engine } = await serve(t, {
    bundle,
    reload: async inventory => inventory.apply(orders),
  });
  engine.inventory.apply(orders);
  t.strictSame(engine.inventory.get('DataProduct', 'sales', 'orders'), { spec: { version: '1.0.0' } });
  await engine.swap(wider);
  const { findings } = await engine.judge(review(product('any')));
  t.match(findings[0]?.details, {
    inventory: { DataProduct: { sales: { orders: { spec: { version: '1.0.0', displayName: 'Orders' } } } } },
  });
});

t.test('a reload that fails leaves the old bundle serving, and the next attempt reads all again', async t => {
  const orders = product('orders', { version: '1.0.0', displayName: 'Orders' });
  let fails = true;
  const { engine } = await serve(t, {
    bundle,
    async reload(inventory) {
      if (fails) throw new Error('the API server is gone');
      inventory.apply(orders);
    },
  });
  engine.inventory.apply(orders);
  await t.rejects(engine.swap(wider), /the API server is gone/);
  t.equal((await engine.judge(review(product('orders')))).revision, bundle.revision);
  fails = false;
  await engine.swap(wider);
  t.match(engine.inventory.get('DataProduct', 'sales', 'orders'), { spec: { displayName: 'Orders' } });
});

t.test('changes that arrive during a swap are seen by the new bundle', async t => {
  const { engine } = await serve(t, { bundle, threads: 2 });
  engine.inventory.apply(meshObject('Domain', 'sales', { description: 'before' }));
  const swapped = engine.swap(await loadHostile('faulty'));
  for (let i = 0; i <= 200; i++) {
    engine.inventory.apply(meshObject('Domain', 'sales', { description: `change ${i}` }));
    await new Promise(resolve => setImmediate(resolve));
  }
  await swapped;
  for (const _ of [1, 2, 3, 4]) {
    const { findings } = await engine.judge(review(product('telling')));
    t.match(findings[0]?.details, {
      inventory: { Domain: { sales: { spec: { description: 'change 200' } } } },
    });
  }
});

t.test('a review that never ends is answered though its bundle has gone', async t => {
  const clock = handClock();
  const { engine, happened } = await serve(t, { bundle, evaluationMs: 1_000, now: clock.now });
  const endless = engine.judge(review(product('endless')));
  const behind = engine.judge(review(product('orders')));
  await engine.swap(upgraded);
  clock.pass(1_001);
  t.strictSame(codesOf((await endless).findings), ['DM-ENGINE-001']);
  t.equal((await behind).revision, upgraded.revision);
  await happened(event => event.type === 'replaced' && event.reason === 'deadline');
  t.equal((await engine.judge(review(product('orders')))).revision, upgraded.revision);
});
