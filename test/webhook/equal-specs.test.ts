import fc from 'fast-check';
import t from 'tap';
import { skipsJudgement } from '../../policies/engine/verdict/unchanged.ts';
import { readEnvelope } from '../../webhook/envelope.ts';
import { readEqualSpecs } from '../../webhook/equal-specs.ts';
import { product, review } from './admission-review.ts';

function update(object: unknown, oldObject: unknown): Buffer {
  return Buffer.from(review({ operation: 'UPDATE', object, oldObject }));
}

const SPEC = { domainRef: 'sales', status: { a: 1 }, outputPorts: [{ name: 'a"b\\', n: 1 }] };

t.test('equal specs are told without reading them, everything else is read', t => {
  const bytes = update({ ...product(SPEC), status: { a: 1 } }, { ...product(SPEC), status: { a: 2 } });
  const envelope = readEqualSpecs(bytes);
  t.match(envelope?.request, {
    operation: 'UPDATE',
    object: { metadata: { name: 'orders' }, status: { a: 1 } },
  });
  t.equal(envelope?.request?.object?.spec, envelope?.request?.oldObject?.spec);
  t.end();
});

const DIFFERENT: readonly (readonly [title: string, bytes: Buffer])[] = [
  ['another value', update(product({ a: 1 }), product({ a: 2 }))],
  ['one key more', update(product({ a: 1, b: 2 }), product({ a: 1 }))],
  ['one key less', update(product({ a: 1 }), product({ a: 1, b: 2 }))],
  ['a number that goes on', update(product({ a: 1 }), product({ a: 12 }))],
  ['no old object', update(product(), null)],
  ['no object', update(null, product())],
  ['no spec', update({ ...product(), spec: undefined }, { ...product(), spec: undefined })],
  ['an empty body', Buffer.from('')],
  [
    'a difference behind a nested status',
    update(product({ a: { b: 1, status: { k: 1 } } }), product({ a: { b: 1, status: { k: 2 } } })),
  ],
  [
    'a difference behind a nested old object',
    update(
      product({ a: { b: {}, oldObject: { spec: { a: { b: {} } } } }, z: 1 }),
      product({ a: { b: {}, oldObject: { spec: { a: { b: {} } } } }, z: 2 }),
    ),
  ],
  [
    'a difference behind a nested spec',
    update(product({ spec: { x: 1 }, z: 1 }), product({ spec: { x: 1 }, z: 2 })),
  ],
  [
    'the layout inside a string',
    update(
      product({ a: '"spec":{},"oldObject":{"spec":{}}', z: 1 }),
      product({ a: '"spec":{},"oldObject":{"spec":{}}', z: 2 }),
    ),
  ],
];

for (const [title, bytes] of DIFFERENT) {
  t.test(`${title}: not told to be equal`, t => {
    t.equal(readEqualSpecs(bytes), null);
    t.end();
  });
}

/** Keys and texts that look like the layout that is searched for. */
const word = fc.constantFrom(
  'spec',
  'status',
  'object',
  'oldObject',
  'a',
  '"spec":{',
  ',"status":{',
  ',"oldObject":{',
  '}',
  '\\',
);
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.integer(),
    word,
    fc.boolean(),
    fc.constant(null),
    tie('object'),
    tie('list'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
}));
const spec = fc.dictionary(word, value, { maxKeys: 4 });
const status = fc.option(fc.dictionary(word, value, { maxKeys: 3 }), { nil: undefined });

t.test('whatever is told to be equal is equal when it is read', t => {
  let told = 0;
  fc.assert(
    fc.property(spec, spec, fc.boolean(), status, status, (a, b, same, one, two) => {
      const bytes = update({ ...product(a), status: one }, { ...product(same ? a : b), status: two });
      const short = readEqualSpecs(bytes)?.request ?? null;
      if (short === null) return true;
      told += 1;
      const whole = readEnvelope(bytes).request;
      return whole !== null && skipsJudgement({ request: whole, bytes }, []) && whole.uid === short.uid;
    }),
    { numRuns: 5_000 },
  );
  t.ok(told > 500, 'the short way is taken often enough to mean something');
  t.end();
});
