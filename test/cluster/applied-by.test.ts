import t from 'tap';
import { wasAppliedBy } from '../../cluster/applied-by.ts';

const CASES: readonly (readonly [title: string, managedFields: unknown, expected: boolean])[] = [
  ['an apply of ours, beside others', [{ manager: 'kubectl' }, { manager: 'm', operation: 'Apply' }], true],
  ['an update under our name', [{ manager: 'm', operation: 'Update' }], false],
  ['an apply of another', [{ manager: 'x', operation: 'Apply' }], false],
  ['our apply of its status only', [{ manager: 'm', operation: 'Apply', subresource: 'status' }], false],
  ['no entries', undefined, false],
];

for (const [title, managedFields, expected] of CASES)
  t.test(title, async t => t.equal(wasAppliedBy('m', { name: 'a', managedFields }), expected));
