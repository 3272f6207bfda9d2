// The quick pass may leave a document to the full parser, but it must never read another value than that would.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { stringify } from 'yaml';
import { readFullYaml } from '../../../../gitops/cli/read/full-yaml.ts';
import { readQuickYaml } from '../../../../gitops/cli/read/quick-yaml.ts';
import { EXAMPLES } from '../../run-dappmesh.ts';

/** Whether the quick pass leaves the text alone, or answers what the library does and finds nothing to warn of. */
function agrees(text: string): boolean {
  const quick = readQuickYaml(text);
  if (quick === undefined) return true;
  const { documents, faults } = readFullYaml(text);
  if (faults.length > 0 || documents.length > 1) return false;
  const [full] = documents;
  if (full === undefined) return quick === null;
  return full.traps.length === 0 && isDeepStrictEqual(full.value, quick);
}

const key = fc.oneof(
  fc.constantFrom('name', 'spec', 'a.b/c', 'yes', 'null', '0', '__proto__', 'a b', 'é'),
  fc.string(),
);
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'yes',
    '012',
    '1_000',
    '12:30:45',
    '2025-10-07',
    '1.4.0',
    '- a',
    'a: b',
    'a #b',
    '~',
    '|',
    '',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value')), fc.dictionary(key, tie('value'))),
}));

t.test('what the library writes is read alike, in every style that it writes', async () => {
  const styles = fc.record({
    collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    defaultStringType: fc.constantFrom(
      'PLAIN' as const,
      'QUOTE_SINGLE' as const,
      'QUOTE_DOUBLE' as const,
      'BLOCK_LITERAL' as const,
      'BLOCK_FOLDED' as const,
    ),
    indent: fc.integer({ min: 1, max: 4 }),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(0, 20, 80),
  });
  fc.assert(
    fc.property(fc.dictionary(key, value), styles, (object, style) => {
      const text = stringify(object, { ...style, aliasDuplicateObjects: false });
      return agrees(text);
    }),
    { numRuns: 1500 },
  );
});

const LINES = [
  'a: 1',
  '- a',
  '- a: b',
  '  - c',
  'key: |',
  '  text',
  'key: >-',
  '',
  '# c',
  '  # c',
  "q: 'it''s'",
  'd: "x\\ny"',
  'l: [a, b, {c: d}]',
  'm: {a: b, c: [1, 2.5, true]}',
  'n: null',
  'x: 012',
  'x: yes',
  'x: 1e3',
  'x: - a',
  'x: a: b',
  'x: a #b',
  'x: a#b',
  '? a',
  ': b',
  '<<: *a',
  'x: &a b',
  'x: !!str 1',
  'x: {a: 1,b: 2}',
  'x: {"a": b}',
  'x:',
  'x: |-',
  '- |',
  '   deeper',
  '- - a',
  '-',
  'x: "open',
  '...',
  '---',
  'x: 20Gi',
  'x: 1_000',
  'x: [a, ]',
  'x: [a: b]',
  'a b: c',
  'x: a',
  '  goes on',
  '    and on',
  '  - and',
  '  with: key',
  'x: {a : b}',
  'x: [a #b]',
  'x: [-]',
  'x: a:',
  'null: x',
  '\t',
  '--- ',
  '%a',
  '? |',
  'x: |2',
  'x: |+',
  'x: >2-',
  '{a: 1',
  '#c',
  ':a',
  'x: [a, , b]',
  '{[a]: b}',
  'x: 1e400',
  'x: .inf',
  'x: 99999999999999999999',
  '1: a',
  'x: "\\x41\\q"',
  'x: "a\\',
  '  b"',
  "x: 'a",
  "  b'",
];

t.test('lines put together at random are read alike or left alone', async () => {
  const line = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(...LINES))
    .map(([indent, text]) => ' '.repeat(indent) + text);
  const text = fc.array(line, { minLength: 1, maxLength: 8 }).map(lines => `${lines.join('\n')}\n`);
  fc.assert(fc.property(text, agrees), { numRuns: 20_000 });
});

/** what is left to the full parser, text */
const LEFT: readonly [string, string][] = [
  ['an anchor', 'a: &b c'],
  ['an alias', 'a: *b'],
  ['a tag', 'a: !!str 1'],
  ['a merge key', '<<: {a: b}'],
  ['a directive', '%YAML 1.2\n---\na: b'],
  ['two documents', 'a: b\n---\na: b'],
  ['a duplicate key', 'a: b\na: c'],
  ['a key that is no text', '1: a'],
  ['a key that JavaScript knows', '__proto__: {a: b}'],
  ['a tab', 'a:\tb'],
  ['a carriage return', 'a: b\r\n'],
  ['a word that is a boolean to some', 'a: yes'],
  ['a number that is octal to some', 'a: 012'],
  ['a day', 'a: 2025-10-07'],
  ['a number that is not exact', 'a: 9007199254740993'],
  ['a number that is too large', 'a: 1e400'],
  ['no number', 'a: .nan'],
  ['a key that is too long', `${'k'.repeat(1100)}: a`],
  ['a syntax error', 'a: ['],
  ['maps nested too deep', Array.from({ length: 70 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['pairs nested too deep', '[a: '.repeat(40) + ']'.repeat(40)],
  ['a list nested without end', '['.repeat(100_000)],
  ['compact lists nested without end', '- '.repeat(100_000)],
];

for (const [what, text] of LEFT) {
  t.test(`${what} is left to the full parser`, async t => t.equal(readQuickYaml(text), undefined));
}

t.test('manifests with characters added or lost are read alike or left alone', async () => {
  const manifests = examples();
  const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...' :#-[]{}"\',|>&*!~\\ax0\n1._'.split('')));
  fc.assert(
    fc.property(
      fc.constantFrom(...manifests),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      (manifest, edits) => {
        const text = edits.reduce((text, [at, drop, add]) => {
          const place = at % (text.length + 1);
          return text.slice(0, place) + add + text.slice(place + drop);
        }, manifest);
        return agrees(text);
      },
    ),
    { numRuns: 400 },
  );
});

t.test('manifests as people write them are read by the quick pass', async t => {
  t.strictSame(
    examples().filter(text => !agrees(text)),
    [],
  );
  const left = examples().filter(text => readQuickYaml(text) === undefined);
  t.ok(
    left.length < examples().length / 4,
    `${left.length} of ${examples().length} are left to the full parser`,
  );
});

function examples(): string[] {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.yaml'),
  );
  return files.flatMap(file => readFileSync(join(EXAMPLES, file), 'utf8').split(/^---$/m));
}
