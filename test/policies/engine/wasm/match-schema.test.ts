import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { runOpa } from '../../../../policies/bundle/opa.ts';
import { matchSchema } from '../../../../policies/engine/wasm/match-schema.ts';
import { readManifests } from '../../../gitops/read-manifests.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { product, review } from '../question.ts';
import { detailsOf, serve } from '../serve.ts';

type Pair = readonly [document: unknown, schema: unknown];
type Answer = readonly [boolean, readonly { readonly type: string; readonly field: string }[]] | null;

const ENGINES = join(import.meta.dirname, '../../../../gitops/manifest/engines');
const shipped = (await readManifests(ENGINES)).map(({ object }) => object.spec?.['parametersSchema'] ?? {});

/** What OPA says of each pair; null where its built-in fails. */
async function askOpa(pairs: readonly Pair[]): Promise<Answer[]> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-match-'));
  try {
    await writeFile(join(dir, 'input.json'), JSON.stringify(pairs));
    const answers = '[y | y := json.match_schema(pair[0], pair[1])]';
    const query = `[x | some pair in input; x := ${answers}]`;
    const text = await runOpa(['eval', '--format=raw', `--input=${join(dir, 'input.json')}`, query]);
    return (JSON.parse(text) as Answer[][]).map(([answer = null]) => answer);
  } finally {
    await rm(dir, { recursive: true });
  }
}

const anyText = fc.constantFrom(
  '',
  'a',
  '1',
  '512Mi',
  '1.5Gi',
  '-1',
  '1 Gi',
  '/metrics',
  '30s',
  'tls',
  'ä',
  '😀😀',
  'x\n',
);
const anyScalar = fc.oneof(
  { weight: 4, arbitrary: anyText },
  fc.constantFrom<unknown>(0, 1, 3, 20, 21, 1.0, 1.5, -1, 0.3, 1e21, true, false, null),
);
const anyValue = fc.oneof(
  { weight: 6, arbitrary: anyScalar },
  fc.array(anyScalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b', 'retention.ms', 'hasOwnProperty'), anyScalar, { maxKeys: 3 }),
);
const anyKey = fc.constantFrom(
  'image',
  'cpu',
  'memory',
  'instances',
  'replicas',
  'storage',
  'settings',
  'config',
  'partitions',
  'prefix',
  'labels',
  'interval',
  'authentication',
  'connectionLimit',
  'backoffLimit',
  'a',
  'b',
  'constructor',
  'a.b',
);
const anyParameters = fc.dictionary(anyKey, anyValue, { maxKeys: 4, noNullPrototype: true });
const anyCondition = fc.constantFrom<object>(
  { type: 'string' },
  { type: 'integer' },
  { type: 'number', minimum: 1, maximum: 20 },
  { type: ['string', 'null'], minLength: 1, maxLength: 2 },
  { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 3 },
  { multipleOf: 0.1 },
  { enum: ['tls', 1, null, { a: 1 }] },
  { const: 'a' },
  { type: 'string', pattern: String.raw`^[0-9]+(\.[0-9]+)?(m|Mi|Gi)?$` },
  { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2, uniqueItems: true },
  { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 1 },
  { type: 'object', required: ['toString'], minProperties: 2 },
  { propertyNames: { pattern: '^[a-z]$' } },
  { patternProperties: { '^r': { type: 'integer' } } },
  { anyOf: [{ type: 'string' }, { type: 'integer', minimum: 3 }] },
  { oneOf: [{ type: 'number' }, { type: 'integer' }, { type: 'string' }] },
  { allOf: [{ type: 'string' }, { maxLength: 1 }] },
  { not: { type: 'string' } },
  JSON.parse('{"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "boolean"}}') as object,
  { contains: { type: 'string' } },
  { $ref: '#/definitions/size' },
  true as unknown as object,
  false as unknown as object,
  { description: 'anything', default: 1, unheardOf: true },
);
const anyRequired = fc.uniqueArray(anyKey, { maxLength: 2 });
const anySchema = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...shipped) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.dictionary(anyKey, anyCondition, { maxKeys: 4, noNullPrototype: true }),
        anyRequired,
        fc.boolean(),
        fc.boolean(),
      )
      .map(([properties, required, isOpen, hasDialect]) => ({
        ...(hasDialect ? { $schema: 'https://json-schema.org/draft/2020-12/schema' } : {}),
        type: 'object',
        properties,
        ...(required.length === 0 ? {} : { required }),
        ...(isOpen ? {} : { additionalProperties: false }),
        definitions: { size: { type: 'string', maxLength: 3 } },
      })),
  },
);

for (const seed of [1, 2, 3]) {
  t.test(`a value matches a schema where opa says so, for corpus ${seed}`, async t => {
    const pairs = fc.sample(fc.tuple(anyParameters, anySchema), { seed, numRuns: 1500 });
    const native = await askOpa(pairs);
    const ours = pairs.map(([document, schema]) => matchSchema(document, schema));
    const wrong = pairs
      .map((asked, i) => ({ asked, ours: ours[i]?.[0] ?? null, native: native[i]?.[0] ?? null }))
      .filter(({ ours, native }) => ours !== native);
    t.strictSame(wrong.slice(0, 5), []);
    t.ok(native.some(answer => answer?.[0] === true) && native.some(answer => answer?.[0] === false));
  });
}

/** One for each keyword that EngineClasses use, in a property `a.b` and at the root. */
const WORDED: readonly Pair[] = [
  [{ a: 'x' }, { properties: { a: { type: 'integer' } } }],
  [{ a: 1.5 }, { properties: { a: { type: ['integer', 'null'] } } }],
  [{ a: null }, { properties: { a: { type: 'string' } } }],
  [{ a: [{}] }, { properties: { a: { items: { type: 'array' } } } }],
  [{}, { required: ['a'] }],
  [{ a: 1 }, { additionalProperties: false }],
  [{ a: { 'b.c': 1 } }, { properties: { a: { additionalProperties: { type: 'string' } } } }],
  [{ a: 1 }, { properties: { a: { enum: ['x', 2, null] } } }],
  [{ a: 1 }, { properties: { a: { const: 'x' } } }],
  [{ a: 'x' }, { properties: { a: { pattern: '^[0-9]+$' } } }],
  [{ a: 'x' }, { properties: { a: { format: 'email' } } }],
  [{ a: '' }, { properties: { a: { minLength: 1 } } }],
  [{ a: 'xx' }, { properties: { a: { maxLength: 1 } } }],
  [{ a: 0 }, { properties: { a: { minimum: 1 } } }],
  [{ a: 9 }, { properties: { a: { maximum: 1 } } }],
  [{ a: 1 }, { properties: { a: { exclusiveMinimum: 1 } } }],
  [{ a: 1 }, { properties: { a: { exclusiveMaximum: 1 } } }],
  [{ a: 3 }, { properties: { a: { multipleOf: 2 } } }],
  [{ a: [] }, { properties: { a: { minItems: 1 } } }],
  [{ a: [1, 2] }, { properties: { a: { maxItems: 1 } } }],
  [{ a: {} }, { properties: { a: { minProperties: 1 } } }],
  [{ a: { b: 1 } }, { properties: { a: { maxProperties: 0 } } }],
  [{ a: 'x' }, { properties: { a: { not: { type: 'string' } } } }],
];

t.test('errors of common keywords are worded as opa words them', async t => {
  const native = await askOpa(WORDED);
  for (const [i, [document, schema]] of WORDED.entries())
    t.strictSame(matchSchema(document, schema), native[i], JSON.stringify(schema));
});

t.test('a text is taken as JSON', async t => {
  t.strictSame(matchSchema('{"a":1}', '{"type":"object"}'), [true, []]);
  t.strictSame(matchSchema('{', '{}'), undefined);
  t.strictSame(matchSchema('{}', '{'), undefined);
  t.strictSame(matchSchema('{}', 'false')?.[0], false);
});

const UNUSABLE: Readonly<Record<string, unknown>> = {
  'no type of JSON': { type: 'nonsense' },
  'a keyword of the wrong type': { properties: { a: 'integer' } },
  'a pattern that is none': { properties: { a: { pattern: '[' } } },
  'a reference to nowhere': { $ref: '#/definitions/a' },
  'a reference to somewhere else': { $ref: 'http://127.0.0.1:9/schema.json' },
  'a reference to a file': { $ref: 'file:///etc/passwd' },
  'a reference to itself': { $ref: '#' },
  'a list': [],
  'judged later': { $async: true, type: 'object' },
  'more than a screenful': { description: 'x'.repeat(300_000) },
};

for (const [what, schema] of Object.entries(UNUSABLE)) {
  t.test(`a schema of no use is undefined: ${what}`, async t => {
    t.equal(matchSchema({ a: 1 }, schema), undefined);
    t.equal(matchSchema({ a: 1 }, schema), undefined, 'and remains so');
  });
}

t.test('what Ajv cannot compare is undefined', async t => {
  const schema = { properties: { a: { const: { toString: 1 } } } };
  t.equal(matchSchema({ a: { toString: 1 } }, schema), undefined);
});

t.test('schemas of the same $id do not know each other', async t => {
  t.equal(matchSchema({ a: 1 }, { $id: 'x', properties: { a: { type: 'string' } } })?.[0], false);
  t.equal(matchSchema({ a: 1 }, { $id: 'x', properties: { a: { type: 'integer' } } })?.[0], true);
  t.equal(matchSchema({ a: 1 }, { properties: { a: { $ref: 'x' } } }), undefined);
});

t.test('more schemas than are kept are judged all the same', async t => {
  for (let i = 0; i < 300; i++)
    t.equal(matchSchema({ a: i }, { properties: { a: { const: i % 150 } } })?.[0], i < 150);
});

t.test('of a flood of errors the first are told', async t => {
  const [matches, errors] = matchSchema(
    { a: Array.from({ length: 5000 }, () => 1) },
    {
      properties: { a: { items: { type: 'string' } } },
    },
  ) ?? [true, []];
  t.equal(matches, false);
  t.equal(errors.length, 16);
});

t.test('a pattern that would backtrack without end elsewhere is judged like any other', async t => {
  const { engine } = await serve(t, { bundle: await loadHostile('matching') });
  const schema = { properties: { a: { pattern: '^(a+)+$' } } };
  const parameters = { a: `${'a'.repeat(1_000)}!` };
  const verdict = await engine.judge(review(product('x', { schema, parameters })));
  t.match(detailsOf(verdict), { answers: [[false, [{ type: 'pattern', field: 'a' }]]] });
});

/** What Go's patterns mean and ECMAScript's do not, or the other way round. */
const PATTERNS: readonly Pair[] = [
  [{ a: 'A' }, { properties: { a: { pattern: '(?i)^a$' } } }],
  [{ a: 'ab\n' }, { properties: { a: { pattern: '^ab$' } } }],
  [{ a: 'é' }, { properties: { a: { pattern: String.raw`^\pL$` } } }],
  [{ a: '٣' }, { properties: { a: { pattern: String.raw`^\d$` } } }],
  [{ a: 'x' }, { properties: { a: { pattern: '(?P<letter>x)' } } }],
  [{ a: 'aa' }, { properties: { a: { pattern: String.raw`(a)\1` } } }],
  [{ a: 'ab' }, { properties: { a: { pattern: 'a(?=b)' } } }],
  [{ a: '😀' }, { properties: { a: { pattern: '^.$' } } }],
  [{ a: 'x' }, { properties: { a: { pattern: String.raw`\Ax\z` } } }],
  [{ a: 'a' }, { patternProperties: { '(?i)A': { type: 'integer' } } }],
];

t.test('a pattern means what it means to opa', async t => {
  const native = await askOpa(PATTERNS);
  for (const [i, [document, schema]] of PATTERNS.entries())
    t.equal(matchSchema(document, schema)?.[0] ?? null, native[i]?.[0] ?? null, JSON.stringify(schema));
});

t.test('the schemas of the engines that ship can be used', async t => {
  t.equal(
    shipped.length,
    (await readFile(join(ENGINES, 'Kustomization'), 'utf8')).match(/^ {2}- /gm)?.length,
  );
  for (const schema of shipped) t.strictSame(matchSchema({}, schema), [true, []], JSON.stringify(schema));
});
