import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Ajv2019 } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import t from 'tap';
import { validateOdcs } from '../../schemas/validate.ts';
import { VALID_ODCS } from './valid-objects.ts';
import { withChange } from './with-change.ts';

const STRUCTURE = new URL('../../schemas/odcs/odcs-3.2.0.structure.json', import.meta.url);
const PROPERTY = 'schema.0.properties.0';

t.test('the structure is the one whose provenance is stated', async t => {
  const hash = createHash('sha256')
    .update(await readFile(STRUCTURE))
    .digest('hex');
  t.equal(hash, '64e2da69e3b276cc9c28f92925b3f87495ef51f61bc1c7805879539425ccd1f0');
});

t.test('a document that keeps the standard has no findings', async t => {
  t.same(validateOdcs(VALID_ODCS), []);
});

/** What is wrong: place, new value, findings as place and words. */
const FAULTS: [change: string, to: unknown, ...findings: [place: string, message: string][]][] = [
  ['version', 1, ['version', 'must be a text, is the number 1']],
  ['id', undefined, ['id', 'is required']],
  ['sttus', 'active', ['sttus', 'is no known field; did you mean "status"?']],
  ['kind', 'DataProduct', ['kind', '"DataProduct" is not one of DataContract']],
  ['team', 'ada', ['team', 'must be a map or a list, is the text "ada"']],
  [
    'team',
    { members: [{ usernam: 'ada' }] },
    ['team.members.0.usernam', 'is no known field; did you mean "username"?'],
    ['team.members.0.username', 'is required'],
  ],
  ['context', 3, ['context', 'must be a text or a map, is the number 3']],
  [`${PROPERTY}.name`, undefined, [`${PROPERTY}.name`, 'is required']],
  [
    `${PROPERTY}.clasification`,
    'x',
    [`${PROPERTY}.clasification`, 'is no known field; did you mean "classification"?'],
  ],
  [`${PROPERTY}.tags`, 'x', [`${PROPERTY}.tags`, 'must be a list, is the text "x"']],
  [`${PROPERTY}.logicalType`, undefined, [`${PROPERTY}.logicalType`, 'is required']],
  [
    PROPERTY,
    { name: 'id', logicalTypeOptions: { minLength: 'x' } },
    [`${PROPERTY}.logicalType`, 'is required'],
  ],
  [
    `${PROPERTY}.logicalTypeOptions`,
    { minLength: -1, maximum: 3 },
    [
      `${PROPERTY}.logicalTypeOptions.maximum`,
      'is no known field; known here: format, maxLength, minLength, pattern',
    ],
    [`${PROPERTY}.logicalTypeOptions.minLength`, 'must be at least 0, is -1'],
  ],
  ['servers.0.host', undefined, ['servers.0.host', 'is required']],
  ['servers.0.region', 'eu', ['servers.0.region', 'is not allowed here']],
  ['servers.0.hots', 'x', ['servers.0.hots', 'is no known field; did you mean "host"?']],
  [
    'schema.0.quality.0.mustBeGreaterThan',
    undefined,
    [
      'schema.0.quality.0',
      'needs exactly one of mustBe, mustNotBe, mustBeGreaterThan, mustBeGreaterOrEqualTo, mustBeLessThan, mustBeLessOrEqualTo, mustBeBetween, mustNotBeBetween',
    ],
  ],
  [
    'schema.0.quality.0.mustBeGreaterThan',
    'x',
    ['schema.0.quality.0.mustBeGreaterThan', 'must be a number, is the text "x"'],
  ],
  [
    `${PROPERTY}.relationships`,
    [{ to: 'nowhere' }],
    [
      `${PROPERTY}.relationships.0.to`,
      '"nowhere" fits none of the alternatives: ShorthandReference, FullyQualifiedReference',
    ],
  ],
  [
    'schema.0.relationships',
    [{ from: ['a.b'], to: 'a.b' }],
    ['schema.0.relationships.0', 'from and to do not go together in any way that is allowed'],
  ],
];

t.test('a fault is reported at its place, without the noise of alternatives and conditions', async t => {
  for (const [change, to, ...expected] of FAULTS) {
    const findings = validateOdcs(withChange(VALID_ODCS, change, to));
    t.same(
      findings.map(({ path, message }) => [path.join('.'), message]),
      expected,
      `${change} = ${JSON.stringify(to)}`,
    );
  }
});

t.test('the compiled validator gives the verdict of the structure itself', async t => {
  const ajv = new Ajv2019({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(await readFile(STRUCTURE, 'utf8')));
  t.equal(validate(VALID_ODCS), true);
  for (const [change, to] of FAULTS) {
    const document = withChange(VALID_ODCS, change, to);
    t.equal(validateOdcs(document).length === 0, validate(document), `${change} = ${JSON.stringify(to)}`);
  }
  const valid: [change: string, to: unknown][] = [
    ['team', [{ username: 'ada' }]],
    ['context', 'Ask ada'],
    ['context', { instructions: 'Ask ada' }],
    ['apiVersion', 'v2.2.2'],
    ['schema.0.relationships', [{ from: 'a.b', to: 'c.d' }]],
    ['schema.0.relationships', [{ from: ['a.b'], to: ['c.d'] }]],
    ['schema.0.quality', [{ type: 'custom', engine: 'soda', implementation: 'checks' }]],
    ['schema.0.quality', [{ type: 'custom', engine: 'soda', implementation: { type: 'missing' } }]],
  ];
  for (const [change, to] of valid) {
    const document = withChange(VALID_ODCS, change, to);
    t.same([validate(document), validateOdcs(document)], [true, []], `${change} = ${JSON.stringify(to)}`);
  }
});
