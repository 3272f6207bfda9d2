import t from 'tap';
import { readDocuments } from '../../../../gitops/cli/read/read-documents.ts';

const HEAD = 'apiVersion: dappmesh.io/v1alpha1\nkind: Mesh\nmetadata:\n  name: retail\n';

/** name, text after the head, code, line, column, what the message says */
const FAULTS: readonly [string, string, string, number, number, RegExp][] = [
  ['a key without an end', 'spec: {a: b\n', 'DM-FILE-001', 6, 1, /flow|Flow|\}/],
  ['a tab as indentation', 'spec:\n\ta: b\n', 'DM-FILE-001', 6, 1, /[Tt]ab/],
  ['a colon in a plain scalar', 'spec: a: b\n', 'DM-FILE-001', 5, 7, /[Nn]ested|compact|implicit/],
  ['an alias to nothing', 'spec: *nothing\n', 'DM-FILE-001', 1, 1, /alias/],
  ['a map as a key', 'spec:\n  ? {a: b}\n  : c\n', 'DM-FILE-001', 6, 5, /plain text/],
  ['a duplicate key', 'spec:\n  a: 1\n  b: 2\n  a: 3\n', 'DM-FILE-002', 8, 3, /the key a occurs twice/],
  ['a duplicate key with a quote', 'spec: {a: 1, "a": 2}\n', 'DM-FILE-002', 5, 14, /the key a occurs twice/],
  ['brackets without end', `spec: ${'['.repeat(5000)}\n`, 'DM-FILE-005', 5, 0, /deeper/],
  ['deep nesting', `spec: ${'['.repeat(90)}${']'.repeat(90)}\n`, 'DM-FILE-005', 1, 1, /deeper/],
  ['deep nesting of lists', `spec:\n  ${'- '.repeat(90)}a\n`, 'DM-FILE-005', 1, 1, /deeper/],
  ['complex keys in complex keys', `spec:\n  ${'? '.repeat(5000)}a\n`, 'DM-FILE-005', 6, 0, /deeper/],
];

for (const [name, tail, code, line, column, says] of FAULTS) {
  t.test(`${name} is ${code}`, async t => {
    const { documents, faults } = readDocuments(HEAD + tail, 'mesh.yaml');
    t.equal(documents.length, 0);
    const [fault] = faults;
    t.equal(fault?.code, code);
    t.equal(fault?.line, line);
    // Where brackets are counted, the column is the library's business.
    if (column > 0) t.equal(fault?.column, column);
    t.match(fault?.message, says);
    t.notMatch(fault?.message, /\n/);
  });
}

t.test('an alias bomb is refused before it grows (CVE-2019-11253)', async t => {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
  );
  const { faults } = readDocuments(
    `${HEAD}l0: &l0 [a, a, a, a, a, a, a, a, a]\n${levels.join('\n')}\n`,
    'mesh.yaml',
  );
  t.equal(faults[0]?.code, 'DM-FILE-006');
});

t.test('a map of very many keys is read in linear time', async t => {
  const keys = Array.from({ length: 50_000 }, (_, i) => `  "k${i}": &a${i} x`).join('\n');
  t.equal(readDocuments(`${HEAD}spec:\n${keys}\n`, 'mesh.yaml').documents.length, 1);
});

/** scalar, code; undefined where every reader agrees */
const SCALARS: readonly [string, string | undefined][] = [
  ['yes', 'DM-FILE-007'],
  ['No', 'DM-FILE-007'],
  ['on', 'DM-FILE-007'],
  ['OFF', 'DM-FILE-007'],
  ['y', 'DM-FILE-007'],
  ['n', 'DM-FILE-007'],
  ['012', 'DM-FILE-007'],
  ['1_000', 'DM-FILE-007'],
  ['0b11', 'DM-FILE-007'],
  ['0o14', 'DM-FILE-007'],
  ['!!binary aGVsbG8=', 'DM-FILE-007'],
  ['!custom a', 'DM-FILE-007'],
  ['2025-10-07', 'DM-FILE-008'],
  ['2025-10-07 12:00:00', 'DM-FILE-008'],
  ['12:30:45', 'DM-FILE-008'],
  ['9007199254740993', 'DM-FILE-019'],
  ['1e999', 'DM-FILE-019'],
  ['.inf', 'DM-FILE-019'],
  ['"yes"', undefined],
  ["'012'", undefined],
  ['true', undefined],
  ['null', undefined],
  ['~', undefined],
  ['1.4.0', undefined],
  ['2026-12-31T00:00:00Z', undefined],
  ['10.0.0.0/8', undefined],
  ['20Gi', undefined],
  ['1000', undefined],
  ['-1.5', undefined],
  ['yesterday', undefined],
  ['0', undefined],
];

for (const [scalar, code] of SCALARS) {
  t.test(`the scalar ${scalar} is ${code ?? 'read alike by all'}`, async t => {
    const { documents, faults } = readDocuments(`${HEAD}spec:\n  field: ${scalar}\n`, 'mesh.yaml');
    t.strictSame(faults, []);
    t.equal(documents[0]?.traps[0]?.code, code);
    if (code !== undefined) t.equal(documents[0]?.traps[0]?.line, 6);
  });
}

t.test('a key can be a trap as well', async t => {
  const { documents } = readDocuments(`${HEAD}spec:\n  on: 1\n`, 'mesh.yaml');
  t.match(documents[0]?.traps, [{ code: 'DM-FILE-007', line: 6, column: 3 }]);
});

t.test('merge keys are merged, as kubectl and Kustomize do', async t => {
  const { documents } = readDocuments(`${HEAD}base: &b {a: 1}\nspec:\n  <<: *b\n  c: 2\n`, 'mesh.yaml');
  t.match(documents[0]?.value, { spec: { a: 1, c: 2 } });
});

t.test('line ends, marks and markers of all kinds are read', async t => {
  const two = `${HEAD}---\n${HEAD}`;
  for (const [name, text, count] of [
    ['carriage returns', two.replaceAll('\n', '\r\n'), 2],
    ['a byte order mark', `\ufeff${two}`, 2],
    ['a document end', `${HEAD}...\n---\n${HEAD}...\n`, 2],
    ['a directive', `%YAML 1.2\n---\n${HEAD}`, 1],
    ['empty documents', `---\n---\n# nothing\n---\n${HEAD}---\n`, 1],
    ['no final line break', HEAD.trimEnd(), 1],
    ['nothing', '', 0],
    ['only a comment', '# dappmesh.io/v1alpha1\n', 0],
  ] as const) {
    const { documents, faults } = readDocuments(text, 'mesh.yaml');
    t.strictSame(faults, [], name);
    t.equal(documents.length, count, name);
    for (const { value } of documents) t.match(value, { metadata: { name: 'retail' } }, name);
  }
});

t.test(
  'one document that cannot be read does not hide the others, and places count from the top',
  async t => {
    const text = `${HEAD}---\n${HEAD}spec: {a: 1, a: 2}\n---\n${HEAD}spec: {field: 1}\n`;
    const { documents, faults } = readDocuments(text, 'mesh.yaml');
    t.match(faults, [{ code: 'DM-FILE-002', line: 10, column: 14 }]);
    t.equal(documents.length, 2);
    t.strictSame(documents[1]?.place(['spec', 'field']), { line: 16, column: 15 });
    t.strictSame(documents[1]?.place(['spec', 'absent', 'deeper']), { line: 16, column: 1 });
  },
);

t.test(
  'places are those of scalars themselves, of collections by their key, of items where they start',
  async t => {
    const text = `${HEAD}spec:\n  list:\n    - name: a\n    - {name: b}\n  map: &m\n    key: >\n      folded\n  copy: *m\n`;
    const place = readDocuments(text, 'mesh.yaml').documents[0]?.place ?? (() => undefined);
    t.strictSame(place([]), { line: 1, column: 1 });
    t.strictSame(place(['metadata', 'name']), { line: 4, column: 9 });
    t.strictSame(place(['spec', 'list']), { line: 6, column: 3 });
    t.strictSame(place(['spec', 'list', 0]), { line: 7, column: 7 });
    t.strictSame(place(['spec', 'list', 1, 'name']), { line: 8, column: 14 });
    t.strictSame(place(['spec', 'list', 7, 'name']), { line: 6, column: 3 });
    t.strictSame(place(['spec', 'map', 'key']), { line: 10, column: 10 });
    t.strictSame(place(['spec', 'copy', 'key']), { line: 10, column: 10 });
  },
);

t.test('texts that do not concern DappMesh are not even parsed', async t => {
  for (const text of [
    'a: {',
    '{{ .Values.x }}',
    'kind: Deployment\napiVersion: apps/v1\nkind: x\n',
    'a: yes',
  ]) {
    t.match(readDocuments(text, 'other.yaml'), { documents: [], faults: [], others: 1 });
  }
});

t.test('a text that only mentions DappMesh and cannot be read is left alone', async t => {
  const text = 'kind: HelmRelease\nvalues: {{ dappmesh.io }}\n';
  t.match(readDocuments(text, 'other.yaml'), { documents: [], faults: [], others: 1 });
});

t.test('the group spelt with escapes does not hide an object', async t => {
  for (const spelt of [
    '"dappmesh\\x2eio/v1alpha1"',
    '"\\u0064appmesh.io/v1alpha1"',
    '"dappmesh.\\\n  io/v1alpha1"',
  ]) {
    const { documents } = readDocuments(`apiVersion: ${spelt}\nkind: Mesh\n`, 'mesh.yaml');
    t.match(documents, [{ value: { apiVersion: 'dappmesh.io/v1alpha1' } }], spelt);
  }
});

t.test('a template of a DappMesh object is told from a broken one', async t => {
  const template = `{{- if .Values.on }}\n${HEAD}spec: {{ .Values.spec }}\n{{- end }}\n`;
  t.match(readDocuments(template, 'mesh.yaml').faults, [{ code: 'DM-FILE-014' }]);
  t.match(readDocuments(`${HEAD}spec: {`, 'mesh.yaml').faults, [{ code: 'DM-FILE-001' }]);
});

t.test('JSON is read by its ending or by its first character', async t => {
  const text =
    '{\n  "apiVersion": "dappmesh.io/v1alpha1",\n  "kind": "Mesh",\n  "spec": {"a": [1, {"b": "x\\"y"}]}\n}\n';
  for (const name of ['mesh.json', 'mesh.yaml', 'stdin']) {
    const [document] = readDocuments(text, name).documents;
    t.match(document?.value, { kind: 'Mesh' }, name);
    t.strictSame(document?.place(['spec', 'a', 1, 'b']), { line: 4, column: 27 }, name);
    t.strictSame(document?.place(['spec', 'a']), { line: 4, column: 12 }, name);
    t.strictSame(document?.place(['spec', 'c']), { line: 4, column: 3 }, name);
  }
});

/** name, text, code, line, column */
const JSON_FAULTS: readonly [string, string, string, number, number][] = [
  ['a trailing comma', '{"apiVersion": "dappmesh.io/v1alpha1",}', 'DM-FILE-001', 1, 39],
  ['an open string', '{"apiVersion": "dappmesh.io/v1alpha1", "a": "', 'DM-FILE-001', 1, 46],
  ['trailing garbage', '{"apiVersion": "dappmesh.io/v1alpha1"} x', 'DM-FILE-001', 1, 40],
  ['a comment', '{\n// a\n"apiVersion": "dappmesh.io/v1alpha1"}', 'DM-FILE-001', 2, 1],
  ['a duplicate key', '{"apiVersion": "dappmesh.io/v1alpha1", "a": {"b": 1,\n "b": 2}}', 'DM-FILE-002', 2, 2],
  [
    'an escaped duplicate key',
    '{"apiVersion": "dappmesh.io/v1alpha1", "b": 1, "\\u0062": 2}',
    'DM-FILE-002',
    1,
    48,
  ],
  [
    'deep nesting (CVE-2019-11253)',
    `{"apiVersion": "dappmesh.io/v1alpha1", "a": ${'['.repeat(9990)}${']'.repeat(9990)}}`,
    'DM-FILE-005',
    1,
    1,
  ],
  [
    'deep objects',
    `{"apiVersion": "dappmesh.io/v1alpha1", "a": ${'{"a":'.repeat(9990)}1${'}'.repeat(9990)}}`,
    'DM-FILE-005',
    1,
    1,
  ],
];

for (const [name, text, code, line, column] of JSON_FAULTS) {
  t.test(`in JSON, ${name} is ${code}`, async t => {
    const { documents, faults } = readDocuments(text, 'mesh.json');
    t.equal(documents.length, 0);
    t.match(faults, [{ code, line, column }]);
  });
}

t.test('in JSON, numbers that are not exact are found, and __proto__ is a key like any other', async t => {
  const text = '{"apiVersion": "dappmesh.io/v1alpha1", "a": 1e999, "__proto__": {"b": 9007199254740993}}';
  const [document] = readDocuments(text, 'mesh.json').documents;
  t.strictSame(
    document?.traps.map(({ code, column }) => [code, column]),
    [
      ['DM-FILE-019', 45],
      ['DM-FILE-019', 71],
    ],
  );
  t.ok(Object.hasOwn(document?.value as object, '__proto__'));
});
