import t from 'tap';
import { propertyMarks } from '../../../policies/inventory/property-marks.ts';

function marksOf(...properties: unknown[]): { classes: string[]; tags: string[] } {
  const { classes, tags } = propertyMarks({ schema: [{ properties }] });
  return { classes: [...classes].toSorted(), tags: [...tags].toSorted() };
}

t.test('a property without a classification counts as the empty one', async t => {
  t.strictSame(marksOf({ name: 'id' }), { classes: [''], tags: [] });
  t.strictSame(marksOf({ name: 'id', classification: '' }), { classes: [''], tags: [] });
  t.strictSame(marksOf({ name: 'id', classification: 7 }), { classes: [''], tags: [] });
});

t.test('nested properties take the classification around them, and a group alone holds no data', async t => {
  const address = {
    name: 'address',
    classification: 'secret',
    properties: [{ name: 'street' }, { tags: ['pii'] }],
  };
  t.strictSame(marksOf(address), { classes: ['secret'], tags: ['pii'] });
  const group = { name: 'group', properties: [{ name: 'a', classification: 'public' }] };
  t.strictSame(marksOf(group), { classes: ['public'], tags: [] });
});

t.test('the items of a list are looked at too', async t => {
  const list = {
    name: 'emails',
    items: { classification: 'secret', tags: ['pii'], properties: [{ tags: ['x'] }] },
  };
  t.strictSame(marksOf(list), { classes: ['secret'], tags: ['pii', 'x'] });
});

for (const tag of ['pii', 'PII', ' pii ', 'Pii\t', 'ＰＩＩ', '\u00a0pii']) {
  t.test(`the tag ${JSON.stringify(tag)} is the tag pii`, async t => {
    t.strictSame(marksOf({ tags: [tag] }).tags, ['pii']);
  });
}

t.test('the tags of the document and of its tables count as those of properties do', async t => {
  const { tags } = propertyMarks({ tags: ['pii', 7], schema: [{ tags: ['Key'] }, { tags: 'x' }] });
  t.strictSame([...tags].toSorted(), ['key', 'pii']);
});

for (const odcs of [undefined, null, 7, 'x', [], {}, { schema: 'x' }, { schema: [null, [], 7] }]) {
  t.test(`a document that is no contract has no marks: ${JSON.stringify(odcs)}`, async t => {
    const { classes, tags } = propertyMarks(odcs);
    t.equal(classes.size + tags.size, 0);
  });
}

t.test('a schema nested thousands of levels deep is walked without recursion', async t => {
  let property: unknown = { name: 'leaf', classification: 'secret' };
  for (let depth = 0; depth < 50_000; depth++) property = { properties: [property] };
  t.strictSame(marksOf(property), { classes: ['secret'], tags: [] });
});
