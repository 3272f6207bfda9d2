// The fast pass may leave a document to the full parser, but it must never read another value than that would.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { parseAllDocuments, stringify } from 'yaml';
import { readPlainYaml } from '../../../../gitops/cli/read/plain-yaml.ts';
import { EXAMPLES } from '../../run-dappmesh.ts';

/** What the library reads, or that it refuses. */
function reference(text: string): { value: unknown } | 'refused' {
  try {
    const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
    if (!Array.isArray(documents) || documents.length > 1)
      return documents.length === 0 ? { value: null } : 'refused';
    const [document] = documents;
    if (document === undefined) return { value: null };
    return document.errors.length > 0 ? 'refused' : { value: document.toJS() };
  } catch {
    return 'refused';
  }
}

function agrees(text: string): boolean {
  const fast = readPlainYaml(text);
  if (fast === undefined) return true;
  const full = reference(text);
  return full !== 'refused' && isDeepStrictEqual(full.value, fast);
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
];

t.test('lines put together at random are read alike or left alone', async () => {
  const line = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(...LINES))
    .map(([indent, text]) => ' '.repeat(indent) + text);
  const text = fc.array(line, { minLength: 1, maxLength: 8 }).map(lines => `${lines.join('\n')}\n`);
  fc.assert(fc.property(text, agrees), { numRuns: 20_000 });
});

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

t.test('manifests as people write them are read by the fast pass', async t => {
  const left = examples().filter(text => readPlainYaml(text) === undefined);
  t.ok(
    left.length < examples().length / 4,
    `${left.length} of ${examples().length} are left to the full parser`,
  );
});

function examples(): string[] {
  const folder = join(EXAMPLES, 'retail');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.yaml'),
  );
  return files.flatMap(file => readFileSync(join(folder, file), 'utf8').split(/^---$/m));
}
