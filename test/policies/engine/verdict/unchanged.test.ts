import fc from 'fast-check';
import t from 'tap';
import type { Policy } from '../../../../policies/engine/verdict/policy.ts';
import type { MeshObject, Question, ReviewRequest } from '../../../../policies/engine/verdict/review.ts';
import { jsonEquals, skipsJudgement } from '../../../../policies/engine/verdict/unchanged.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { product, review } from '../question.ts';

const { policies: all } = await loadHostile('faulty');
const reader: Policy = {
  ...(all[0] as Policy),
  kinds: ['DataProduct'],
  metadata: ['metadata.labels.dappmesh.io/domain', 'metadata.annotations.a', 'metadata.finalizers'],
};

const OLD = product(
  'orders',
  { domainRef: 'sales', ports: [{ name: 'a', at: 1 }, { name: 'b' }], nothing: {} },
  {
    labels: { 'dappmesh.io/domain': 'sales', team: 'x' },
    annotations: { a: '1', b: '2' },
    finalizers: ['keep'],
    generation: 3,
    resourceVersion: '7',
  },
);

function changed(
  change: (object: { spec: Record<string, unknown>; metadata: Record<string, unknown> }) => void,
): MeshObject {
  const copy = structuredClone(OLD) as unknown as Parameters<typeof change>[0] & MeshObject;
  change(copy);
  return copy;
}

const cases: readonly (readonly [title: string, object: MeshObject, skips: boolean])[] = [
  ['nothing', OLD, true],
  [
    'the order of keys',
    changed(o => (o.spec = Object.fromEntries(Object.entries(o.spec).toReversed()))),
    true,
  ],
  [
    'what only the API server writes',
    changed(o => Object.assign(o.metadata, { generation: 4, managedFields: [{}] })),
    true,
  ],
  ['the time of deletion', changed(o => (o.metadata['deletionTimestamp'] = '2026-01-01T00:00:00Z')), true],
  ['the status', { ...OLD, status: { phase: 'Ready' } }, true],
  [
    'a label that no policy reads',
    changed(o => (o.metadata['labels'] = { 'dappmesh.io/domain': 'sales' })),
    true,
  ],
  [
    'an annotation that no policy reads',
    changed(o => (o.metadata['annotations'] = { a: '1', c: '3' })),
    true,
  ],
  [
    'a label that a policy reads',
    changed(o => (o.metadata['labels'] = { 'dappmesh.io/domain': 'x' })),
    false,
  ],
  ['all labels, gone', changed(o => delete o.metadata['labels']), false],
  ['all labels, null', changed(o => (o.metadata['labels'] = null)), false],
  ['an annotation that a policy reads', changed(o => (o.metadata['annotations'] = { a: '2' })), false],
  ['a finalizer', changed(o => (o.metadata['finalizers'] = [])), false],
  ['a field', changed(o => (o.spec['domainRef'] = 'finance')), false],
  [
    'a field, with the time of deletion',
    changed(o => {
      o.spec['domainRef'] = 'finance';
      o.metadata['deletionTimestamp'] = '2026-01-01T00:00:00Z';
    }),
    false,
  ],
  ['an added field', changed(o => (o.spec['more'] = 1)), false],
  ['an added null', changed(o => (o.spec['more'] = null)), false],
  ['a removed field', changed(o => delete o.spec['nothing']), false],
  ['the order of a list', changed(o => (o.spec['ports'] as unknown[]).reverse()), false],
  [
    'a number that became text',
    changed(o => (o.spec['ports'] = [{ name: 'a', at: '1' }, { name: 'b' }])),
    false,
  ],
  ['an object that became a list', changed(o => (o.spec['nothing'] = [])), false],
  ['the whole spec, gone', { ...OLD, spec: undefined } as unknown as MeshObject, false],
];
for (const [title, object, skips] of cases) {
  t.test(`an update that changes ${title} is ${skips ? 'left alone' : 'judged'}`, async t => {
    t.equal(skipsJudgement(review(object, { oldObject: OLD }), [reader]), skips);
    t.equal(skipsJudgement(review(OLD, { oldObject: object }), [reader]), skips);
  });
}

t.test('metadata that only policies of other kinds read does not count', async t => {
  const object = changed(o => (o.metadata['finalizers'] = []));
  const question = review(object, { oldObject: OLD });
  t.equal(skipsJudgement(question, [{ ...reader, kinds: ['DataContract'] }]), true);
  t.equal(skipsJudgement(question, []), true);
});

t.test('creations and deletions are always judged', async t => {
  const update = review(OLD, { oldObject: OLD });
  const asked = (changes: Partial<ReviewRequest>): Question => ({
    ...update,
    request: { ...update.request, ...changes },
  });
  t.equal(skipsJudgement(review(OLD), [reader]), false);
  t.equal(skipsJudgement(review(OLD, { operation: 'DELETE' }), [reader]), false);
  t.equal(skipsJudgement(asked({ operation: 'CREATE' }), [reader]), false);
  t.equal(skipsJudgement(asked({ oldObject: null }), [reader]), false);
  t.equal(skipsJudgement(asked({ object: null }), [reader]), false);
});

/** Pairs of JSON values that JavaScript reads alike, and whether they are the same for a policy. */
const ALIKE: readonly (readonly [old: string, next: string, skips: boolean])[] = [
  ['9007199254740992', '9007199254740993', false],
  ['0.1', '0.10000000000000000001', false],
  ['-9007199254740993', '-9007199254740992', false],
  ['1e400', '2e400', false],
  ['0', '1e-400', false],
  ['5', '5.0000000000000000001', false],
  ['9007199254740993', '9007199254740993', true],
  ['99.95', '99.95', true],
  ['1e400', '1e400', true],
  ['"9007199254740993"', '"9007199254740993"', true],
];
for (const [old, next, skips] of ALIKE) {
  t.test(`an update of ${old} to ${next} is ${skips ? 'left alone' : 'judged'}`, async t => {
    const withNumber = (marker: string): MeshObject => product('orders', { list: [{ number: marker }] });
    const question = review(withNumber('<next>'), { oldObject: withNumber('<old>') });
    const text = Buffer.from(question.bytes).toString().replace('"<next>"', next).replace('"<old>"', old);
    const { request } = JSON.parse(text) as { request: ReviewRequest };
    t.equal(skipsJudgement({ request, bytes: Buffer.from(text) }, [reader]), skips);
  });
}

t.test('long numbers outside of the specs change nothing', async t => {
  const object = changed(o => {
    o.metadata['generation'] = 9007199254740991;
    o.metadata['annotations'] = { a: '1', b: '2', at: '1769860800000000' };
  });
  t.equal(skipsJudgement(review(object, { oldObject: OLD }), [reader]), true);
});

t.test('a spec with long numbers that nests too deep to be compared by digits is judged', async t => {
  const text = `{"n":9007199254740993,"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  const body = Buffer.from(`{"request":{"object":{"spec":${text}},"oldObject":{"spec":${text}}}}`);
  const { request } = JSON.parse(body.toString()) as { request: ReviewRequest };
  const update = { ...request, operation: 'UPDATE' as const };
  t.equal(skipsJudgement({ request: update, bytes: body }, []), false);
});

t.test('equality is that of JSON, whatever the keys are called', async () => {
  const anyJson = fc.jsonValue({ maxDepth: 4 });
  fc.assert(fc.property(anyJson, value => jsonEquals(value, JSON.parse(JSON.stringify(value)))));
  fc.assert(
    fc.property(anyJson, anyJson, (a, b) => jsonEquals(a, b) === (sortedText(a) === sortedText(b))),
    { numRuns: 500 },
  );
});

t.test('keys that JavaScript knows are keys like any other', async t => {
  const parse = (text: string): unknown => JSON.parse(text);
  t.equal(jsonEquals(parse('{"__proto__": {"a": 1}}'), parse('{"__proto__": {"a": 1}}')), true);
  t.equal(jsonEquals(parse('{"__proto__": {"a": 1}}'), parse('{"__proto__": {"a": 2}}')), false);
  t.equal(jsonEquals(parse('{"__proto__": null}'), parse('{}')), false);
  t.equal(jsonEquals(parse('{}'), parse('{"constructor": {}}')), false);
  t.equal(jsonEquals(parse('{"toString": 1}'), parse('{"valueOf": 1}')), false);
});

t.test('objects nested as deep as the API server takes them are compared', async t => {
  const nested = (leaf: number): unknown =>
    JSON.parse(`${'{"a":['.repeat(5_000)}${leaf}${']}'.repeat(5_000)}`);
  t.equal(jsonEquals(nested(1), nested(1)), true);
  t.equal(jsonEquals(nested(1), nested(2)), false);
});

/** JSON text that does not depend on the order of keys. */
function sortedText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedText).join()}]`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${sortedText(field)}`);
  return `{${fields.toSorted().join()}}`;
}
