import t from 'tap';
import { idleOverrides } from '../../../../policies/engine/verdict/idle-overrides.ts';
import type { EnforcementLevel, Policy } from '../../../../policies/engine/verdict/policy.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { meshObject, product } from '../question.ts';

const bundle = await loadHostile('faulty');
const CODE = 'DM-TST-001';
const UNTIL = '2026-12-31T00:00:00Z';

function policiesAt(level: EnforcementLevel): Policy[] {
  const policy = bundle.policies.find(({ code }) => code === CODE) as Policy;
  return [{ ...policy, enforce: { push: level, admission: level, audit: level } }];
}

function idleIn(kind: string, enforcement: unknown, level: EnforcementLevel = 'deny'): string[] {
  const object = meshObject(kind, 'x', { enforcement });
  return idleOverrides(object, policiesAt(level)).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

t.test('a code that no policy has is told of', async t => {
  for (const kind of ['Mesh', 'Domain']) {
    t.strictSame(idleIn(kind, [{ code: 'DM-TST-999', push: 'deny' }]), [
      'spec.enforcement.0.code: no policy has the code DM-TST-999',
    ]);
  }
  t.strictSame(idleIn('Mesh', [{ push: 'deny' }]), ['spec.enforcement.0.code: no policy has the code none']);
});

t.test('a Mesh that relaxes without an end is told of, at every point', async t => {
  t.strictSame(idleIn('Mesh', [{ code: CODE, push: 'warn', audit: 'off' }]), [
    `spec.enforcement.0.push: ${CODE} is deny at push, and warn relaxes it: without until it has no effect`,
    `spec.enforcement.0.audit: ${CODE} is deny at audit, and off relaxes it: without until it has no effect`,
  ]);
  t.strictSame(idleIn('Mesh', [{ code: CODE, push: 'warn', until: UNTIL }]), []);
});

t.test('a Domain that relaxes is told of, whatever end it names', async t => {
  t.strictSame(idleIn('Domain', [{}, { code: CODE, admission: 'warn', until: UNTIL }]).slice(1), [
    `spec.enforcement.1.admission: ${CODE} is deny at admission, and warn relaxes it: a Domain may only tighten`,
  ]);
});

t.test('what tightens, or changes nothing, is right', async t => {
  for (const kind of ['Mesh', 'Domain']) {
    t.strictSame(idleIn(kind, [{ code: CODE, push: 'deny', admission: 'warn' }], 'warn'), []);
  }
});

t.test('other kinds and other shapes have no enforcement', async t => {
  t.strictSame(idleOverrides(product('x', { enforcement: [{ code: 'DM-TST-999' }] }), []), []);
  for (const enforcement of [undefined, 'off', {}, [null, 'x', { code: CODE, push: 7 }]])
    t.strictSame(idleIn('Mesh', enforcement), []);
});
