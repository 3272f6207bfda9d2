import { once } from 'node:events';
import t from 'tap';
import { loadHostile } from './hostile-bundle.ts';
import { product, review } from './question.ts';
import { serve } from './serve.ts';

const bundle = await loadHostile('faulty');

t.test('a listener that throws loses no decision, and the others hear of it all the same', async t => {
  const { engine, events } = await serve(t, { bundle });
  const heard: string[] = [];
  engine.on(() => {
    throw new Error('the metrics are broken');
  });
  engine.on(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- a listener may throw anything
    throw 'and so is the log';
  });
  engine.on(({ type }) => heard.push(type));
  const warned = once(process, 'warning') as Promise<[Error]>;
  const verdicts = await Promise.all([1, 2, 3].map(() => engine.judge(review(product('orders')))));
  t.strictSame(
    verdicts.map(({ allowed }) => allowed),
    [true, true, true],
  );
  t.match((await warned)[0], { message: 'the metrics are broken' });
  t.equal(engine.depth, 0);
  await engine.swap(bundle);
  t.strictSame(heard, ['evaluated', 'evaluated', 'evaluated', 'swapped']);
  t.equal(events.length, heard.length);
});

t.test('a listener that was taken off hears nothing more', async t => {
  const { engine } = await serve(t, { bundle });
  const heard: string[] = [];
  const stop = engine.on(({ type }) => heard.push(type));
  await engine.judge(review(product('orders')));
  stop();
  await engine.judge(review(product('orders')));
  t.strictSame(heard, ['evaluated']);
});
