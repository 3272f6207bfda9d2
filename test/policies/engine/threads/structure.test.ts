import t from 'tap';
import { VALID_ODCS } from '../../../schemas/valid-objects.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { meshObject, product, review } from '../question.ts';
import { codesOf, detailsOf, serve } from '../serve.ts';

const { engine } = await serve(t, { bundle: await loadHostile('faulty') });

/** What the policies see of a contract's structure. */
async function structureOf(odcs: unknown): Promise<unknown> {
  const verdict = await engine.judge(review(meshObject('DataContract', 'telling', { odcs })));
  return (detailsOf(verdict)['context'] as { structure?: unknown }).structure;
}

t.test('a document that keeps the standard has no findings', async t => {
  t.strictSame(await structureOf(VALID_ODCS), []);
});

t.test('what the standard forbids is found under the path of the object', async t => {
  const structure = await structureOf({
    ...VALID_ODCS,
    servers: [{ server: 'x', type: 'none' }],
    version: 7,
  });
  t.match(structure, [{ path: ['spec', 'odcs'] }]);
  for (const { path, message } of structure as { path: unknown[]; message: string }[]) {
    t.strictSame(path.slice(0, 2), ['spec', 'odcs']);
    t.type(message, 'string');
  }
});

t.test('a large document is looked at too', async t => {
  const properties = Array.from({ length: 5000 }, (_, i) => ({ name: `p${i}`, logicalType: 'string' }));
  const schema = [{ name: 'orders', logicalType: 'object', properties: [...properties, { name: 7 }] }];
  const structure = (await structureOf({ ...VALID_ODCS, schema })) as { path: unknown[] }[];
  t.ok(structure.some(({ path }) => path.includes(5000)));
});

for (const odcs of [undefined, null, 7, 'text', []]) {
  t.test(`a document that is none does not stop the judgement: ${JSON.stringify(odcs)}`, async t => {
    t.equal(Array.isArray(await structureOf(odcs)), true);
  });
}

t.test('other kinds have none, and a forged one does not count', async t => {
  const verdict = await engine.judge(review(product('telling', { odcs: {} })));
  t.notOk('structure' in (detailsOf(verdict)['context'] as object));
});

t.test('a document nested too deeply to look at is denied', async t => {
  const question = review(meshObject('DataContract', 'telling', { odcs: 'HERE' }));
  const deep = '{"customProperties":['.repeat(200_000) + ']}'.repeat(200_000);
  const bytes = Buffer.from(Buffer.from(question.bytes).toString().replaceAll('"HERE"', deep));
  const { allowed, findings } = await engine.judge({ ...question, bytes });
  t.equal(allowed, false);
  t.ok(codesOf(findings).every(code => code === 'DM-ENGINE-003'));
  t.strictSame(await structureOf(VALID_ODCS), []);
});
