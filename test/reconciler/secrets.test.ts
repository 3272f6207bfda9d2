import t from 'tap';
import type { ChildObject } from '../../policies/engine/children/blueprint-item.ts';
import { lacksGenerated, randomPassword, withEncodedData, withGenerated } from '../../reconciler/secrets.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

function secret(fields: object, keys = 'admin, reader'): ChildObject {
  const annotations = { 'dappmesh.io/generate': keys };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', annotations }, ...fields };
}

t.test('a password has 32 URL-safe characters, each time others', async t => {
  const made = new Set(Array.from({ length: 100 }, randomPassword));
  t.equal(made.size, 100);
  for (const password of made) t.match(password, /^[\w-]{32}$/);
});

t.test('text is encoded as it is stored', async t => {
  const encoded = withEncodedData(secret({ data: { a: 'eA==' }, stringData: { b: 'ü' } }));
  t.strictSame(encoded['data'], { a: 'eA==', b: encode('ü') });
  t.notOk('stringData' in encoded);
  const other = { apiVersion: 'x.io/v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { b: 'c' } };
  t.equal(withEncodedData(other), other);
});

t.test('values that are there are kept, the others made', async t => {
  const live = { ...secret({ data: { admin: 'kept', foreign: 'x' } }), metadata: { name: 'a' } };
  t.ok(lacksGenerated(secret({}), live));
  const whole = withGenerated(secret({ data: { url: 'dQ==' } }), live, () => 'new');
  t.strictSame(whole['data'], { url: 'dQ==', admin: 'kept', reader: encode('new') });
  t.notOk(lacksGenerated(secret({}), { ...live, data: { admin: 'a', reader: 'b' } }));
});

t.test('a value that the blueprint gives is not made up', async t => {
  const given = secret({ data: { admin: 'eA==' } }, 'admin');
  t.notOk(lacksGenerated(given, undefined));
  t.equal(
    withGenerated(given, undefined, () => 'new'),
    given,
  );
});

t.test('only Secrets have such values', async t => {
  const config = { ...secret({}), kind: 'ConfigMap' };
  t.notOk(lacksGenerated(config, undefined));
  t.equal(
    withGenerated(config, undefined, () => 'new'),
    config,
  );
});

t.test('nothing is made without being asked for', async t => {
  t.notOk(lacksGenerated(secret({}, ''), undefined));
  t.notOk(lacksGenerated({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }, undefined));
});
