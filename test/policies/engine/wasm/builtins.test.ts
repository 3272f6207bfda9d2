import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { loadBundle } from '../../../../policies/engine/loading/bundle.ts';
import { HOST_BUILTINS } from '../../../../policies/engine/wasm/builtins.ts';
import { findBinary } from '../../../../tools/binaries.ts';
import { buildFolder } from '../hostile-bundle.ts';
import { product, review } from '../question.ts';
import { serve } from '../serve.ts';

const SOURCES = join(import.meta.dirname, '../hostile/builtins');

type Answers = Readonly<
  Record<'compared' | 'valid' | 'printed' | 'hashed' | 'written', Readonly<Record<string, unknown>>>
>;
interface Corpus {
  readonly pairs: Readonly<Record<string, readonly unknown[]>>;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly formats: Readonly<Record<string, readonly unknown[]>>;
  readonly texts: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const anyNumber = fc.oneof(
  fc.nat(20).map(String),
  fc.constantFrom(
    '0',
    '00',
    '01',
    '',
    '-1',
    '1e3',
    '٣',
    '9007199254740993',
    '9223372036854775807',
    '9223372036854775808',
    '99999999999999999999999',
  ),
);
const anyIdentifier = fc.oneof(
  anyNumber,
  fc.constantFrom('alpha', 'beta', 'rc', 'x-y', '-', '0x', 'A', 'a', 'ä', '+', 'ALPHA', '1a', 'a1', ' '),
);
const anyTail = (sign: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.array(anyIdentifier, { maxLength: 3 }).map(parts => sign + parts.join('.')) },
  );
const anyVersion = fc
  .tuple(
    fc.constantFrom('', '', '', '', 'v', 'V', 'vv', ' ', '='),
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(anyNumber, anyNumber, anyNumber) },
      { weight: 1, arbitrary: fc.array(anyNumber, { maxLength: 5 }) },
    ),
    anyTail('-'),
    anyTail('+'),
  )
  .map(([prefix, numbers, preRelease, build]) => prefix + numbers.join('.') + preRelease + build);
const anyOperand = fc.oneof(
  { weight: 12, arbitrary: anyVersion },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.string(), fc.constantFrom<unknown>(1, 1.2, null, true, [], {}, ['1.0.0'])),
  },
);
/** Neighbours, so that not every comparison ends at the major number. */
const anyPair = fc.oneof(
  fc.tuple(anyOperand, anyOperand),
  fc
    .tuple(fc.constantFrom('1.0.0', '1.2.3', 'v1.2.3'), anyTail('-'), anyTail('-'))
    .map(([core, a, b]) => [core + a, core + b]),
);

const anyFormat = fc.oneof(
  fc
    .tuple(fc.array(fc.string(), { minLength: 1, maxLength: 3 }))
    .map(([texts]) => [texts.map(() => '%s').join(' – '), texts]),
  fc
    .tuple(fc.string({ unit: 'grapheme' }), fc.integer())
    .map(([text, number]) => ['%s has %d of 100%% größe', [text, number]]),
  fc.integer().map(number => ['%d', [number]]),
);

const anyText = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1, null, [], {}, true) },
);

/** Whole numbers: a fraction keeps its own spelling in OPA (`1.50`) and not here. */
const anyValue = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }).map(wholeNumbers);

function wholeNumbers(value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value % 1e9) + 0;
  if (Array.isArray(value)) return value.map(wholeNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [`<${key}>`, wholeNumbers(child)]));
}

function byNumber<Value>(values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(values.map((value, i) => [String(i), value]));
}

function corpus(seed: number): Corpus {
  const options = { seed, numRuns: 4000 };
  return {
    pairs: byNumber(fc.sample(anyPair, options)),
    versions: byNumber(fc.sample(anyOperand, options)),
    formats: byNumber(fc.sample(anyFormat, { seed, numRuns: 1000 })),
    texts: byNumber(fc.sample(anyText, { seed, numRuns: 1000 })),
    values: byNumber(fc.sample(anyValue, { seed, numRuns: 500 })),
  };
}

async function askOpa(input: Uint8Array): Promise<Answers> {
  const query = 'data.dappmesh.governance.answering.violations';
  const child = spawn(
    await findBinary('opa'),
    ['eval', '--format=json', '--stdin-input', '--data', SOURCES, query],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stdin.end(input);
  await once(child, 'close');
  const { result } = JSON.parse(Buffer.concat(output).toString()) as {
    result: [{ expressions: [{ value: [{ details: Answers }] }] }];
  };
  return result[0].expressions[0].value[0].details;
}

const bundle = await loadBundle(await buildFolder(SOURCES));

for (const seed of [1, 2, 3]) {
  t.test(`what the host adds answers as opa does, for corpus ${seed}`, async t => {
    const { engine } = await serve(t, { bundle });
    const question = review(product('any', corpus(seed) as unknown as Record<string, unknown>));
    const [verdict, native] = await Promise.all([engine.judge(question), askOpa(question.bytes)]);
    const { spec } = question.request.object as unknown as { spec: Corpus };
    const ours = verdict.findings[0]?.details as Answers;
    for (const [kind, questions] of [
      ['compared', spec.pairs],
      ['valid', spec.versions],
      ['printed', spec.formats],
      ['hashed', spec.texts],
      ['written', spec.values],
    ] as const) {
      const wrong = Object.entries(questions)
        .filter(([key]) => ours[kind][key] !== native[kind][key])
        .map(([key, asked]) => ({ asked, ours: ours[kind][key], native: native[kind][key] }));
      t.strictSame(wrong.slice(0, 5), [], kind);
    }
    t.ok(new Set(Object.values(native.compared)).size === 3, 'there are lesser, equal and greater ones');
    t.ok(new Set(Object.values(native.valid)).size === 2);
  });
}

t.test('versions from the standard are in its order', async t => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) t.equal(HOST_BUILTINS['semver.compare'](a, b), Math.sign(i - j));
  }
});

t.test('a version of any length is read in no time', async t => {
  const long = `1.0.0-${'a.'.repeat(100_000)}`;
  t.equal(HOST_BUILTINS['semver.is_valid'](long), false);
  t.equal(HOST_BUILTINS['semver.is_valid'](`${long}a`), true);
});
