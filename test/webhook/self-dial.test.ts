import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { createCertificateAuthority } from '../../tools/certificates.ts';
import { createAuthority, signLeaf } from '../../webhook/certificates/authority.ts';
import { type DialOutcome, dialSelf } from '../../webhook/self-dial.ts';
import { buildServer } from '../../webhook/server.ts';
import { type CallerRule, type ServingIdentity, secureContextOptions } from '../../webhook/transport.ts';
import { fakeEngine } from './admission-review.ts';
import { authority, identity, NOW, PATIENT_LIMITS } from './inject-server.ts';

const stranger = await createAuthority(NOW);
const DAY_MS = 86_400_000;

async function serve(t: Test, host: string, callers?: CallerRule) {
  const app = buildServer({
    admission: fakeEngine().deps,
    identity,
    limits: PATIENT_LIMITS,
    closing: () => false,
    refused: refusal => t.fail(refusal.reason),
    inFlight: () => {},
    ...(callers === undefined ? {} : { callers }),
  });
  await app.listen({ port: 0, host });
  t.teardown(() => app.close());
  const address = app.server.address() as AddressInfo;
  return {
    app,
    dial: (trustedPem: string, names: readonly string[], served: ServingIdentity = identity) =>
      dialSelf({ address, certificate: { identity: served, trustedPem }, names, withinMs: 60_000 }),
  };
}

for (const host of ['127.0.0.1', '0.0.0.0', '::', '::1']) {
  t.test(`listening on ${host}, it is reached on loopback`, async t => {
    const { dial } = await serve(t, host);
    t.strictSame(await dial(authority.certPem, ['localhost']), { kind: 'answered' });
  });
}

const OUTCOMES: readonly (readonly [
  title: string,
  trustedPem: string,
  names: readonly string[],
  kind: DialOutcome['kind'],
])[] = [
  ['one of its names', authority.certPem, ['webhook.svc', 'localhost'], 'answered'],
  ['an address of its own', authority.certPem, ['127.0.0.1'], 'answered'],
  ['two authorities, as in a rotation', stranger.certPem + authority.certPem, ['localhost'], 'answered'],
  ['no authority known', '', ['localhost'], 'answered'],
  ['the authority of another', stranger.certPem, ['localhost'], 'broken'],
  ['no name of its own', authority.certPem, ['webhook.svc'], 'broken'],
];
for (const [title, trustedPem, names, kind] of OUTCOMES) {
  t.test(`a certificate with ${title} is ${kind}`, async t => {
    const { dial } = await serve(t, '127.0.0.1');
    t.equal((await dial(trustedPem, names)).kind, kind);
  });
}

t.test('another certificate than the one that should be served is found out', async t => {
  const { app, dial } = await serve(t, '127.0.0.1');
  const other = await signLeaf(stranger, ['localhost'], NOW);
  t.equal((await dial('', ['localhost'], other)).kind, 'broken');
  app.server.setSecureContext(secureContextOptions(other));
  t.equal((await dial('', ['localhost'], other)).kind, 'answered');
  t.equal((await dial(authority.certPem, ['localhost'])).kind, 'broken');
});

t.test('an expired certificate is found out', async t => {
  const { app, dial } = await serve(t, '127.0.0.1');
  const past = new Date(NOW.getTime() - 400 * DAY_MS);
  app.server.setSecureContext(secureContextOptions(await signLeaf(authority, ['localhost'], past)));
  t.match(await dial(authority.certPem, ['localhost']), { kind: 'broken', message: /expired/ });
});

t.test('a server that asks for client certificates has shaken hands all the same', async t => {
  const clients = await createCertificateAuthority('clients');
  const { dial } = await serve(t, '127.0.0.1', { caPem: clients.certificate, names: ['kube-apiserver'] });
  t.equal((await dial(authority.certPem, ['localhost'])).kind, 'answered');
});

t.test('a port that nobody serves, hangs up or never answers is unanswered, in time', async t => {
  const silent = await listening(t, createServer());
  const rude = await listening(
    t,
    createServer(socket => socket.destroy()),
  );
  const gone = { ...rude, port: 1 };
  for (const address of [silent, rude, gone]) {
    const certificate = { identity, trustedPem: authority.certPem };
    const outcome = await dialSelf({ address, certificate, names: ['localhost'], withinMs: 200 });
    t.equal(outcome.kind, 'unanswered', JSON.stringify(outcome));
  }
});

async function listening(t: Test, server: Server): Promise<AddressInfo> {
  server.on('connection', socket => t.teardown(() => socket.destroy()));
  t.teardown(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address() as AddressInfo;
}
