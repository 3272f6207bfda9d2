import t, { type Test } from 'tap';
import { FIRST_TICKET, SLOTS, slotOf } from '../../../../policies/engine/threads/channel.ts';
import type { Outcome } from '../../../../policies/engine/threads/job.ts';
import { EvaluationThread } from '../../../../policies/engine/threads/thread.ts';
import { planKey } from '../../../../policies/engine/verdict/plan.ts';
import { reviewParts } from '../../../../policies/engine/verdict/review.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { product, review } from '../question.ts';
import { codesOf, serve } from '../serve.ts';

const bundle = await loadHostile('faulty');

async function startThread(test: Test): Promise<EvaluationThread> {
  const thread = new EvaluationThread(bundle, { maximumPages: 2048, now: () => 0, onFree: () => {} });
  test.teardown(() => thread.kill());
  await thread.load(new Uint8Array(Buffer.from('{"inventory":{},"index":{}}')), 60_000);
  return thread;
}

/** Submits the review of a product that gets a text back; resolves as its job is settled. */
function submit(thread: EvaluationThread, text: string): Promise<Outcome> {
  const parts = reviewParts(review(product('repeating', { text })));
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  return new Promise(settle =>
    thread.submit({
      planKey: planKey('governance', 'DataProduct', 'CREATE'),
      parts,
      bytes,
      deadlineAt: 0,
      settle,
    }),
  );
}

function textOf(outcome: Outcome): string {
  const [, text = outcome.kind] = /"text":"(\w*)"/.exec('text' in outcome ? outcome.text : '') ?? [];
  return text;
}

t.test('a slot follows the other, also where 32 bits wrap', async t => {
  for (const ticket of [0, 31, 32, FIRST_TICKET, 0x7fff_ffff, -0x8000_0000, -1]) {
    t.equal(slotOf((ticket + 1) | 0), (slotOf(ticket) + 1) % SLOTS, String(ticket));
  }
});

t.test('answers stay right while the counters of the ring wrap', async t => {
  const { engine, events } = await serve(t, { bundle });
  for (let round = 0; round < 60; round++) {
    const texts = Array.from({ length: 40 }, (_, i) => `${round}-${i}`);
    const verdicts = await Promise.all(
      texts.map(text => engine.judge(review(product('repeating', { text })))),
    );
    if (verdicts.some(({ findings }, i) => findings[0]?.details['text'] !== texts[i]))
      t.fail(`in round ${round}`);
  }
  t.strictSame(
    events.filter(({ type }) => type === 'replaced'),
    [],
  );
});

t.test('an answer that comes too late for its review is not taken for the next one', async t => {
  const thread = await startThread(t);
  const large = (digit: string): string => digit.repeat(40_000);
  const early = ['1', '2', '3', '4'].map(digit => submit(thread, large(digit)));
  // The thread answers all four while nobody looks; only then do they expire.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  thread.expire(Number.POSITIVE_INFINITY);
  t.strictSame(
    (await Promise.all(early)).map(({ kind }) => kind),
    ['fault', 'fault', 'fault', 'fault'],
  );
  t.equal(textOf(await submit(thread, large('5'))), large('5'));
  t.equal(textOf(await submit(thread, 'small')), 'small');
  t.equal(textOf(await submit(thread, large('6'))), large('6'));
});

t.test('a review that expires before its turn is skipped, its large input with it', async t => {
  const thread = await startThread(t);
  const blocker = submit(thread, 'x'.repeat(3_000_000));
  const skipped = [submit(thread, 'y'.repeat(40_000)), submit(thread, 'y')];
  thread.expire(Number.POSITIVE_INFINITY);
  const outcomes = await Promise.all([blocker, ...skipped]);
  t.ok(outcomes.every(outcome => outcome.kind === 'fault' && outcome.fault === 'deadline'));
  for (const text of ['z'.repeat(40_000), 'z', 'w'.repeat(50_000)])
    t.equal(textOf(await submit(thread, text)), text);
});

t.test('an ended thread gives back what it had not answered', async t => {
  const thread = await startThread(t);
  let settled = 0;
  for (let i = 0; i < 5; i++) void submit(thread, 'x'.repeat(2_000_000)).then(() => (settled += 1));
  t.equal(thread.outstanding, 5);
  const { head, rest } = await thread.kill();
  t.equal(settled + (head === undefined ? 0 : 1) + rest.length, 5);
  t.equal(thread.hasRoom, false);
});

t.test('a thread tells when it ends by itself', async t => {
  const thread = await startThread(t);
  const lost = new Promise<Error>(resolve => thread.onLost(resolve));
  thread.patch([{ path: ['inventory'], json: 'not json' }]);
  t.type(await lost, Error);
});

t.test('findings of a fault name the object, not the slot', async t => {
  const { engine } = await serve(t, { bundle });
  const { findings } = await engine.judge(review(product('conflict')));
  t.strictSame(codesOf(findings), ['DM-ENGINE-002']);
  t.match(findings[0], { kind: 'DataProduct', namespace: 'sales', name: 'conflict' });
});
