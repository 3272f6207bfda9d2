import t from 'tap';
import { withDefaults } from '../../schemas/defaults.ts';

t.test('an absent field gets the default of its kind', async t => {
  const spec = { provider: {}, consumer: {} };
  const filled = withDefaults('AccessAgreement', { kind: 'AccessAgreement', spec });
  t.same(filled.spec, { ...spec, state: 'requested', rawAccess: false });
  t.same(spec, { provider: {}, consumer: {} }, 'the object itself is left alone');
});

t.test('a field that is there is kept, even when it is null or false', async t => {
  const object = { spec: { state: 'approved', rawAccess: true } };
  t.equal(withDefaults('AccessAgreement', object), object);
  t.same(withDefaults('Mesh', { spec: { suspend: null } }), { spec: { suspend: null } });
});

t.test('nothing is filled in where the parent is missing or no object', async t => {
  for (const object of [{}, { spec: null }, { spec: [] }, { spec: 'text' }]) {
    t.equal(withDefaults('Mesh', object), object);
  }
});

t.test('a kind without defaults is left alone', async t => {
  const object = { spec: {} };
  t.equal(withDefaults('EngineClass', object), object);
  t.equal(withDefaults('Pod', object), object);
});
