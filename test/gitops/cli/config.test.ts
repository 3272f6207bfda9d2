import t from 'tap';
import { identityOf, readConfig } from '../../../gitops/cli/config.ts';

t.test('the identity of the environment is read with its groups', async t => {
  const config = readConfig({ DAPPMESH_USER: 'ada', DAPPMESH_GROUPS: ' owners,sales  analysts,' });
  t.strictSame(identityOf({}, config), { username: 'ada', groups: ['owners', 'sales', 'analysts'] });
});

t.test('without a user there is no identity, whatever groups are said', async t => {
  t.equal(identityOf({}, readConfig({})), undefined);
  t.equal(identityOf({}, readConfig({ DAPPMESH_USER: '', DAPPMESH_GROUPS: 'owners' })), undefined);
  t.equal(identityOf({ group: ['owners'] }, readConfig({})), undefined);
});

t.test('options win, and groups belong to the user that they were said with', async t => {
  const config = readConfig({ DAPPMESH_USER: 'ada', DAPPMESH_GROUPS: 'owners' });
  t.strictSame(identityOf({ user: 'eve' }, config), { username: 'eve', groups: [] });
  t.strictSame(identityOf({ user: 'eve', group: ['a'] }, config), { username: 'eve', groups: ['a'] });
  t.strictSame(identityOf({ group: ['a'] }, config), { username: 'ada', groups: ['a'] });
});
