// Values made to keep a validator busy: texts for backtracking expressions, long lists, deep nests. Nothing is timed:
// what is not linear would take hours for these and run into the time limit of the test run.

import { join } from 'node:path';
import t from 'tap';
import { mapSchema, readSchemas } from '../../schemas/generate/schema.ts';
import { validateObject, validateOdcs } from '../../schemas/validate.ts';
import { VALID_OBJECTS, VALID_ODCS } from './valid-objects.ts';
import { withChange } from './with-change.ts';

const LENGTH = 1_000_000;
const UNITS = ['a', 'a-', 'a.', 'a/', ':', '0', '1.', '/a/b', 'http://a', ' a', '%41', '_', 'a,', '.yml#'];
const TEXTS = UNITS.map(unit => `a${unit.repeat(LENGTH / unit.length)}\u0001`);

t.test('no pattern of the schemas backtracks', async t => {
  const { kinds, shared } = await readSchemas(join(import.meta.dirname, '../../schemas'));
  const patterns = new Set<string>();
  for (const schema of [...kinds.map(({ resolved }) => resolved), ...Object.values(shared.$defs ?? {})]) {
    mapSchema(schema, node => {
      if (node.pattern !== undefined) patterns.add(node.pattern);
      return node;
    });
  }
  t.ok(patterns.size > 10);
  for (const pattern of patterns) {
    const expression = new RegExp(pattern, 'u');
    for (const text of TEXTS) t.notOk(expression.test(text), `${pattern} ${text.slice(0, 8)}`);
  }
});

t.test('a long text is refused like any other', async t => {
  for (const text of TEXTS) {
    const product = withChange(VALID_OBJECTS.DataProduct, 'spec.lifecycle.endOfSupport', text);
    t.equal(validateObject('DataProduct', product).length, 1);
    const property = withChange(VALID_ODCS, 'schema.0.properties.0.relationships', [{ to: text }]);
    t.equal(validateOdcs(property).length, 1);
    const stamp = withChange(VALID_ODCS, 'contractCreatedTs', text);
    t.equal(validateOdcs(stamp).length, 1);
    const server = withChange(VALID_ODCS, 'servers', [{ server: 'files', type: 's3', location: text }]);
    t.equal(validateOdcs(server).length, 1);
  }
});

t.test('a list or map of any length is refused with a bounded list of findings', async t => {
  const many = <T>(make: (i: number) => T) => Array.from({ length: 100_000 }, (_, i) => make(i));
  const bad = many(i => ({ logicalTypeOptions: { a: 1, b: 2 }, tags: 'x', [`f${i}`]: 1 }));
  const fields = Object.fromEntries(many(i => [`f${i}`, i]));
  const cases: [findings: unknown[], title: string][] = [
    [validateOdcs(withChange(VALID_ODCS, 'schema.0.properties', bad)), 'faulty properties'],
    [validateOdcs({ ...VALID_ODCS, ...fields }), 'unknown fields'],
    [
      validateObject('DataProduct', withChange(VALID_OBJECTS.DataProduct, 'spec.outputPorts', bad)),
      'faulty ports',
    ],
    [
      validateObject('DataProduct', withChange(VALID_OBJECTS.DataProduct, 'metadata.labels', fields)),
      'labels',
    ],
  ];
  for (const [findings, title] of cases) t.ok(findings.length > 0 && findings.length <= 50, title);
});

t.test('two equal values are found in a long enumeration', async t => {
  const values: object[] = Array.from({ length: 100_000 }, (_, i) => ({ value: String(i), label: 'x' }));
  const document = (list: object[]) => withChange(VALID_ODCS, 'schema.0.properties.0.enum', list);
  t.same(validateOdcs(document(values)), []);
  const [finding] = validateOdcs(document([...values, { label: 'x', value: '7' }]));
  t.equal(finding?.message, 'items 7 and 100000 are the same: a map');
});

t.test('a document that is nested too deeply is refused, not thrown over', async t => {
  let property: unknown = { name: 'leaf', logicalType: 'string' };
  for (let i = 0; i < 5000; i++) property = { name: 'nest', logicalType: 'array', items: property };
  const findings = validateOdcs({ ...VALID_ODCS, schema: [{ name: 'orders', properties: [property] }] });
  t.same(findings, [{ path: [], message: 'is nested too deeply to be read' }]);
});
