import t from 'tap';
import { isNewer } from '../../reconciler/resource-version.ts';

t.test('versions compare as numbers', async t => {
  t.ok(isNewer('10', '9'));
  t.ok(isNewer('10', undefined));
  t.notOk(isNewer('9', '10'));
  t.notOk(isNewer('10', '10'));
  t.notOk(isNewer('', undefined));
});
