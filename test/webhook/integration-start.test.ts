// What must be there before the webhook is ready, and what it puts right by itself.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { createCertificateAuthority } from '../../tools/certificates.ts';
import { createAuthority, signLeaf } from '../../webhook/certificates/authority.ts';
import { shippedOptions } from '../gitops/shipped-options.ts';
import { openScene, succeed, until } from './cluster-scene.ts';
import { replaceFile } from './replace-file.ts';
import { connectRaw, post } from './tls-client.ts';
import type { WebhookProcess } from './webhook-process.ts';

const scene = await openScene(t);
const { plane } = scene;

async function reasonsOf(webhook: WebhookProcess): Promise<string> {
  const { status, body } = await webhook.get('/readyz');
  return status === 503 ? body : '';
}

t.test('without a certificate it is not ready, and says why', async t => {
  const powerless = await plane.userKubeconfig('powerless');
  const webhook = await scene.webhook(t, [`--kubeconfig=${powerless}`]);
  await until(async () => /certificate: .*forbidden/.test(await reasonsOf(webhook)));
  t.match(await reasonsOf(webhook), /handshake: not there yet/);
  t.equal((await webhook.get('/healthz')).status, 200);
});

t.test('without a bundle it is not ready, and becomes so when one appears', async t => {
  const path = join(t.testdir({}), 'late.tar.gz');
  const webhook = await scene.webhook(t, ['--bundle', path]);
  await until(async () => /bundle: .*ENOENT/.test(await reasonsOf(webhook)));
  await replaceFile(path, 'no bundle');
  await until(async () => /bundle: the policy bundle is refused/.test(await reasonsOf(webhook)));
  await replaceFile(path, await readFile(scene.bundle));
  await webhook.ready();
});

t.test(
  'while the definitions are missing it is not ready, and becomes so when they are installed',
  async t => {
    await succeed(plane.kubectl(['delete', 'crd', 'policyexemptions.dappmesh.io']));
    const webhook = await scene.webhook(t);
    await until(async () => /inventory: not listed yet: PolicyExemption \(/.test(await reasonsOf(webhook)));
    await succeed(plane.kubectl(['apply', '-f', 'gitops/manifest/crds/policyexemptions.yaml']));
    await webhook.ready();
  },
);

t.test('two replicas that start together serve one authority', async t => {
  await plane.kubectl(['delete', 'secret', 'dappmesh-webhook-ca', '-n', 'dappmesh-system']);
  const replicas = await Promise.all([scene.webhook(t), scene.webhook(t)]);
  await scene.install(replicas[0].port);
  await Promise.all(replicas.map(replica => replica.ready()));
  const untils = await Promise.all(
    replicas.map(
      async replica => (await replica.logged(line => line.msg === 'certificate in use'))['authorityUntil'],
    ),
  );
  t.equal(untils[0], untils[1]);
  const bundle = await succeed(
    plane.kubectl([
      'get',
      'validatingwebhookconfiguration',
      'dappmesh',
      '-o=jsonpath={.webhooks[0].clientConfig.caBundle}',
    ]),
  );
  t.equal(
    Buffer.from(bundle.stdout, 'base64')
      .toString()
      .match(/BEGIN CERTIFICATE/g)?.length,
    1,
  );
  await scene.uninstall();
});

t.test('a lost Secret is made anew, and all that trusted the old one trust the new one', async t => {
  const webhook = await scene.webhook(t);
  await scene.install(webhook.port);
  await webhook.ready();
  await succeed(plane.kubectl(['delete', 'secret', 'dappmesh-webhook-ca', '-n', 'dappmesh-system']));
  const mesh = { apiVersion: 'dappmesh.io/v1alpha1', kind: 'Mesh', metadata: { name: 'retail' }, spec: {} };
  await until(async () => webhook.lines.filter(line => line.msg === 'certificate in use').length > 1);
  await until(async () => (await scene.apply(mesh, '--dry-run=server')).code === 0);
  await scene.uninstall();
});

const CONFIGURATIONS = ['validatingwebhookconfiguration', 'mutatingwebhookconfiguration'];
const CONFIGURATION_FILES = CONFIGURATIONS.flatMap(name => ['-f', `gitops/manifest/app/${name}.yaml`]);

/** What makes the API server call us, as it stands, in an order of its own; a part that is missing is empty. */
async function standing(): Promise<string[]> {
  const texts = CONFIGURATIONS.map(name =>
    plane.kubectl(['get', name, 'dappmesh', '-o=jsonpath={.webhooks}']),
  );
  return (await Promise.all(texts)).map(({ stdout }) => stdout);
}

const DAMAGE: readonly (readonly [field: string, patch: string])[] = [
  ['matchConditions', '{"op":"add","value":[{"name":"never","expression":"false"}]'],
  ['objectSelector', '{"op":"add","value":{"matchLabels":{"judged":"yes"}}'],
  ['rules', '{"op":"replace","value":[]'],
  ['clientConfig', '{"op":"replace","value":{"url":"https://127.0.0.1:1/validate"}'],
];

t.test('the pod as shipped puts back whatever is done to its configurations', async t => {
  await succeed(plane.kubectl(['apply', ...CONFIGURATION_FILES]));
  const webhook = await scene.webhook(t, [...(await shippedOptions('webhook')), '--drain-delay=2s']);
  await webhook.ready();
  const intact = await standing();
  t.match(intact, [/"caBundle":"/, /"caBundle":"/]);
  const faults = (): unknown[] => webhook.lines.flatMap(line => line['faults'] ?? []);
  // What was logged before it has been read.
  await webhook.logged(line => line.msg === 'ready');
  t.notMatch(JSON.stringify(faults()), /webhook-/, 'as the API server stores it, nothing is edited');
  for (const [field, patch] of DAMAGE) {
    const operations = `[${patch},"path":"/webhooks/0/${field}"}]`;
    const target = ['validatingwebhookconfiguration', 'dappmesh', '--type=json', '-p', operations];
    await succeed(plane.kubectl(['patch', ...target]));
    await until(() => JSON.stringify(faults()).includes(`validate.dappmesh.io: ${field}`));
    await until(async () => isDeepStrictEqual(await standing(), intact));
  }
  await scene.uninstall();
  await until(async () => isDeepStrictEqual(await standing(), intact));
  const ended = webhook.stop();
  // A signal takes effect when it is handled, not when it is sent.
  await webhook.logged(line => line.msg === 'draining');
  await scene.uninstall();
  t.equal(await ended, 0);
  t.strictSame(await standing(), ['', ''], 'what is ending puts nothing back');
});

t.test('a roll-out that begins with Ignore gets ready, is told and left alone', async t => {
  await scene.install(1);
  const patch = '[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]';
  const target = ['validatingwebhookconfiguration', 'dappmesh', '--type=json', '-p', patch];
  await succeed(plane.kubectl(['patch', ...target]));
  const webhook = await scene.webhook(t);
  await webhook.ready();
  await webhook.logged(line => JSON.stringify(line).includes('fails-open'));
  const text = (await webhook.get('/metrics')).body;
  t.match(text, /configuration_faults_total\{configuration="Validating\w+",fault="fails-open"\} 1\n/);
  t.match(text, 'dappmesh_exempt_namespaces 4\n');
  t.match(await webhook.logged(line => line.msg === 'namespaces exempt from admission'), {
    namespaces: ['argocd', 'dappmesh-system', 'flux-system', 'kube-system'],
  });
  await scene.uninstall();
});

t.test('an edited or deleted configuration is put back to what was shipped', async t => {
  const probe = await scene.webhook(t, [`--kubeconfig=${plane.kubeconfig}`]);
  const manifest = await scene.install(probe.port);
  await probe.stop();
  const webhook = await scene.webhook(
    t,
    [`--kubeconfig=${plane.kubeconfig}`, `--webhook-manifest=${manifest}`],
    {
      port: probe.port,
    },
  );
  await webhook.ready();
  const field = async (path: string): Promise<string> =>
    (await plane.kubectl(['get', 'validatingwebhookconfiguration', 'dappmesh', `-o=jsonpath=${path}`]))
      .stdout;
  const patch = '{"webhooks":[{"name":"validate.dappmesh.io","failurePolicy":"Ignore","rules":[]}]}';
  await succeed(plane.kubectl(['patch', 'validatingwebhookconfiguration', 'dappmesh', '-p', patch]));
  await until(async () => (await field('{.webhooks[0].failurePolicy}')) === 'Fail');
  await until(
    async () => (await field('{.webhooks[0].rules[0].operations}')) === '["CREATE","UPDATE","DELETE"]',
  );
  await scene.uninstall();
  await until(async () => (await field('{.webhooks[0].clientConfig.caBundle}')) !== '');
  await webhook.logged(
    line => line.msg.includes('out of order') && JSON.stringify(line).includes('webhook-edited'),
  );
  await webhook.logged(line => JSON.stringify(line).includes('configuration-missing'));
  t.equal(await webhook.stop(), 0);
  await scene.uninstall();
});

t.test('mounted files are served, and their authority reaches the configurations', async t => {
  const authority = await createAuthority(new Date());
  const leaf = await signLeaf(authority, ['127.0.0.1'], new Date());
  const dir = t.testdir({ 'tls.crt': leaf.cert, 'tls.key': leaf.key, 'ca.crt': authority.certPem });
  const files = [
    '--tls-cert',
    join(dir, 'tls.crt'),
    '--tls-key',
    join(dir, 'tls.key'),
    '--tls-ca',
    join(dir, 'ca.crt'),
  ];
  const webhook = await scene.webhook(t, files);
  await scene.install(webhook.port);
  await webhook.ready();
  const mesh = { apiVersion: 'dappmesh.io/v1alpha1', kind: 'Mesh', metadata: { name: 'retail' }, spec: {} };
  await until(async () => (await scene.apply(mesh, '--dry-run=server')).code === 0);
  t.equal((await webhook.get('/readyz')).status, 200);
  await scene.uninstall();
});

t.test('a mounted certificate that its authority did not sign is never ready, until it fits', async t => {
  const [ours, theirs] = [await createAuthority(new Date()), await createAuthority(new Date())];
  const leaf = await signLeaf(ours, ['127.0.0.1'], new Date());
  const dir = t.testdir({ 'tls.crt': leaf.cert, 'tls.key': leaf.key, 'ca.crt': theirs.certPem });
  const files = ['crt', 'key'].map(end => `--tls-${end === 'crt' ? 'cert' : end}=${join(dir, `tls.${end}`)}`);
  const webhook = await scene.webhook(t, [...files, `--tls-ca=${join(dir, 'ca.crt')}`, '--configuration=']);
  const handshakeOnly = /"reasons":\["handshake: [^"]*certificate[^"]*"\]/;
  await until(async () => handshakeOnly.test(await reasonsOf(webhook)));
  await webhook.logged(line => line.msg === 'no handshake with the own port');
  await replaceFile(join(dir, 'ca.crt'), ours.certPem);
  await webhook.ready();
  await replaceFile(join(dir, 'ca.crt'), theirs.certPem);
  await until(async () => handshakeOnly.test(await reasonsOf(webhook)));
  await replaceFile(join(dir, 'ca.crt'), ours.certPem);
  await webhook.ready();
});

t.test('the authority of callers is awaited, and followed when it changes', async t => {
  const [ours, theirs] = [await createCertificateAuthority('old'), await createCertificateAuthority('new')];
  const file = join(t.testdir({}), 'clients.crt');
  const webhook = await scene.webhook(t, ['--client-ca', file, '--configuration=']);
  await until(async () => /handshake: --client-ca: ENOENT/.test(await reasonsOf(webhook)));
  await replaceFile(file, ours.certificate);
  await webhook.ready();
  const served = async ({ issueClient }: typeof ours): Promise<boolean> => {
    const { certificate: cert, key } = await issueClient('kube-apiserver');
    // Also where a handshake takes longer than the webhook waits for it.
    const client = await connectRaw(webhook.port, { cert, key, rejectUnauthorized: false }).catch(() => null);
    if (client === null) return false;
    client.write(post('{}'));
    const answer = client.received(text => text.includes('DM-ENGINE-007')).catch(() => '');
    return (await answer.finally(client.end)) !== '';
  };
  await until(() => served(ours));
  t.equal(await served(theirs), false);
  await replaceFile(file, 'no certificate');
  await webhook.logged(line => JSON.stringify(line).includes('clients.crt holds no certificate'));
  await until(() => served(ours));
  t.equal(await served(theirs), false, 'the old one holds');
  await replaceFile(file, theirs.certificate);
  await until(() => served(theirs));
  t.equal(await served(ours), false);
});

t.test('wrong use ends with 2', async t => {
  const webhook = await scene.webhook(t, ['--no-such-option']);
  t.equal(await webhook.exited, 2);
});

t.test('a port that is taken ends it with 1', async t => {
  const first = await scene.webhook(t);
  await first.ready();
  const second = await scene.webhook(t, [], { port: first.port });
  await second.logged(line => line.msg === 'cannot go on');
  t.equal(await second.exited, 1);
});
