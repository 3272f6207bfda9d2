import t from 'tap';
import type { Blueprint } from '../../policies/engine/verdict/policy.ts';
import { kindsThatMake, typesMadeBy } from '../../reconciler/bundle.ts';
import { RECONCILED_KINDS } from '../../reconciler/store/dependents.ts';

const REPORTS = ['openreports.io/v1alpha1/ClusterReport', 'openreports.io/v1alpha1/Report'];

function bundle(...makers: readonly Pick<Blueprint, 'kinds' | 'makes'>[]) {
  const rest = { name: '', title: '', description: '', operations: [], inventory: [], entrypoint: '' };
  return { blueprints: makers.map(maker => ({ family: 'blueprints' as const, ...rest, ...maker })) };
}

t.test('made is what some blueprint makes, once, and always reports', async t => {
  const made = bundle({ kinds: ['Mesh'], makes: ['v1/Secret'] }, { kinds: [], makes: ['v1/Secret'] });
  t.strictSame(typesMadeBy(made), [...REPORTS, 'v1/Secret']);
  t.strictSame(typesMadeBy(bundle()), REPORTS);
});

t.test('when a kind comes up, those for which it is made are looked at', async t => {
  const makes = ['v1/Secret'];
  const made = bundle({ kinds: ['Mesh', 'Domain'], makes }, { kinds: ['Domain'], makes });
  t.strictSame(kindsThatMake(made, 'v1/Secret'), ['Mesh', 'Domain']);
  t.strictSame(kindsThatMake(made, 'v1/Pod'), []);
  const reported = REPORTS.flatMap(type => kindsThatMake(bundle(), type));
  t.strictSame(reported.toSorted(), [...RECONCILED_KINDS].toSorted());
});
