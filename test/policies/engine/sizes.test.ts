import t from 'tap';
import { loadHostile } from './hostile-bundle.ts';
import { product, review } from './question.ts';
import { codesOf, serve } from './serve.ts';

const bundle = await loadHostile('faulty');
const { engine, events } = await serve(t, { bundle });

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

/** A review with a piece of JSON text where `spec.nested` is: JSON.stringify would not go that deep. */
function withNested(name: string, text: string) {
  const question = review(product(name, { text: 'x', nested: 'HERE' }));
  return {
    ...question,
    bytes: Buffer.from(Buffer.from(question.bytes).toString().replaceAll('"HERE"', text)),
  };
}

for (const bytes of [1, 31_000, 32_000, 32_768, 33_000, 65_536, 1_000_000, 3_000_000]) {
  t.test(`an object of ${bytes} bytes arrives whole`, async t => {
    const { findings } = await engine.judge(review(product('heavy', { text: 'x'.repeat(bytes) })));
    t.strictSame(
      findings.map(({ details }) => details),
      [{ text: bytes }],
    );
  });
}

t.test('an update of 3 MB to 3 MB arrives whole', async t => {
  const [old, text] = ['x'.repeat(3_000_000), 'y'.repeat(2_900_000)];
  const question = review(product('heavy', { text }), { oldObject: product('heavy', { text: old }) });
  const { findings } = await engine.judge(question);
  t.strictSame(
    findings.map(({ details }) => details),
    [{ text: text.length }],
  );
});

for (const number of ['1e999', '-1e-999', '9007199254740993', `1${'0'.repeat(400)}`, '0.1e1']) {
  t.test(`a number that JavaScript does not have is no reason to fail: ${number.slice(0, 20)}`, async t => {
    t.equal((await engine.judge(withNested('orders', number))).allowed, true);
  });
}

t.test('every input length around the size of a slot arrives whole', async t => {
  const frame = review(product('heavy', { text: '' })).bytes.byteLength;
  const lengths = Array.from({ length: 80 }, (_, i) => 32_768 - frame - 110 + i);
  const verdicts = await Promise.all(
    lengths.map(length => engine.judge(review(product('heavy', { text: 'x'.repeat(length) })))),
  );
  t.strictSame(
    verdicts.map(({ findings }) => findings[0]?.details['text']),
    lengths,
  );
});

for (const bytes of [16_000, 16_384, 17_000, 100_000, 3_000_000]) {
  t.test(`an answer of ${bytes} bytes comes back whole`, async t => {
    const text = 'ü'.repeat(bytes / 2);
    const { findings } = await engine.judge(review(product('repeating', { text })));
    t.equal(findings[0]?.details['text'], text);
  });
}

t.test('large and small reviews at once get their own answers, in any mixture', async t => {
  const texts = Array.from({ length: 90 }, (_, i) => String(i % 10).repeat([10, 20_000, 70_000][i % 3] ?? 0));
  const verdicts = await Promise.all(texts.map(text => engine.judge(review(product('repeating', { text })))));
  t.ok(verdicts.every(({ findings }, i) => findings[0]?.details['text'] === texts[i]));
});

t.test('an object nested 9,990 levels deep is judged', async t => {
  const { findings } = await engine.judge(withNested('heavy', nested(9_990)));
  t.strictSame(
    findings.map(({ details }) => details),
    [{ text: 1 }],
  );
});

t.test('one nested until the stack overflows is denied, by name, and the next is judged', async t => {
  for (let i = 0; i < 5; i++) {
    const { allowed, findings } = await engine.judge(withNested('heavy', nested(400_000)));
    t.equal(allowed, false);
    t.ok(findings.length > 0 && codesOf(findings).every(code => code === 'DM-ENGINE-003'));
  }
  t.equal((await engine.judge(review(product('orders')))).allowed, true);
});

t.test('ten thousand violations deny, and a thousand are kept', async t => {
  const { allowed, findings } = await engine.judge(review(product('chatty', { violations: 10_000 })));
  t.equal(allowed, false);
  t.equal(findings.length, 1000);
});

t.test('no thread was lost over any of this', async t => {
  t.strictSame(
    events.filter(({ type }) => type === 'replaced'),
    [],
  );
});
