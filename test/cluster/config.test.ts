import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../cluster/config.ts';

function kubeconfig(name: string, extra: { user?: object; cluster?: object; current?: string } = {}): string {
  return JSON.stringify({
    clusters: [{ name, cluster: { server: `https://${name}.example:6443/`, ...extra.cluster } }],
    users: [{ name, user: { token: `token-of-${name}`, ...extra.user } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: `ns-of-${name}` } }],
    'current-context': extra.current ?? name,
  });
}

t.test('a named file goes before KUBECONFIG', async t => {
  const dir = t.testdir({ one: kubeconfig('one'), two: kubeconfig('two') });
  const config = loadConfig({ kubeconfig: join(dir, 'one'), env: { KUBECONFIG: join(dir, 'two') } });
  t.match(config, {
    cluster: { server: 'https://one.example:6443' },
    user: { token: 'token-of-one' },
    namespace: 'ns-of-one',
  });
});

t.test(
  'files in KUBECONFIG are merged, the first current context wins, absent files are passed over',
  async t => {
    const dir = t.testdir({ one: kubeconfig('one', { current: 'two' }), two: kubeconfig('two') });
    const env = { KUBECONFIG: ['absent', 'one', 'two'].map(file => join(dir, file)).join(':') };
    t.equal(loadConfig({ env }).cluster.name, 'two');
    t.equal(loadConfig({ env, context: 'one' }).cluster.name, 'one');
  },
);

t.test('the file in the home folder is the default', async t => {
  const dir = t.testdir({ '.kube': { config: kubeconfig('home') } });
  t.equal(loadConfig({ env: { HOME: dir } }).cluster.name, 'home');
});

t.test('YAML is read as well as JSON', async t => {
  const dir = t.testdir({
    yaml: [
      'clusters: [{name: c, cluster: {server: "https://c.example"}}]',
      'users: [{name: u, user: {}}]',
      'contexts: [{name: x, context: {cluster: c, user: u}}]',
      'current-context: x',
    ].join('\n'),
  });
  t.match(loadConfig({ kubeconfig: join(dir, 'yaml') }), { cluster: { name: 'c' }, user: { name: 'u' } });
});

t.test('paths in a file are relative to it', async t => {
  const files = { 'client-certificate': 'c.crt', 'client-key': '/abs/c.key', tokenFile: 'sub/token' };
  const dir = t.testdir({
    one: kubeconfig('one', { user: files, cluster: { 'certificate-authority': 'ca.crt' } }),
  });
  const { cluster, user } = loadConfig({ kubeconfig: join(dir, 'one') });
  t.equal(cluster.caFile, join(dir, 'ca.crt'));
  t.equal(user.certFile, join(dir, 'c.crt'));
  t.equal(user.keyFile, '/abs/c.key');
  t.match(user.authProvider, { config: { tokenFile: join(dir, 'sub/token') } });
});

t.test('in a pod it is the service account', async t => {
  const config = loadConfig({
    inCluster: true,
    env: { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' },
  });
  t.equal(config.cluster.server, 'https://[fd00::1]:443');
  t.match(config.cluster.caFile, /serviceaccount\/ca\.crt$/);
  t.match(config.user.authProvider.config.tokenFile, /serviceaccount\/token$/);
});

const FAULTS: [title: string, content: string, message: RegExp][] = [
  ['no current context', kubeconfig('one', { current: '' }), /no current-context is set/],
  ['a context that is not there', kubeconfig('one', { current: 'x' }), /there is no context 'x'/],
  [
    'a cluster that is not there',
    kubeconfig('one').replace('"cluster":"one"', '"cluster":"x"'),
    /names a cluster.*'x'/,
  ],
  ['a user that is not there', kubeconfig('one').replace('"user":"one"', '"user":"x"'), /names a user.*'x'/],
  ['a cluster without a server', kubeconfig('one').replace('server', 'sever'), /server is missing/],
  ['text', 'hello', /not a kubeconfig/],
];

for (const [title, content, message] of FAULTS) {
  t.test(`${title} is one clear error`, async t => {
    const dir = t.testdir({ one: content });
    t.throws(() => loadConfig({ kubeconfig: join(dir, 'one') }), message);
  });
}

t.test('nothing configured is one clear error', async t => {
  t.throws(() => loadConfig({ env: { HOME: t.testdir() } }), /set KUBECONFIG/);
  t.throws(() => loadConfig({ inCluster: true, env: {} }), /not in a pod/);
});
