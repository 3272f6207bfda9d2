import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import type { Verdict } from '../../policies/engine/verdict.ts';
import { createCertificateAuthority, type KeyPairPem } from '../../tools/certificates.ts';
import { signLeaf } from '../../webhook/certificates/authority.ts';
import { drain } from '../../webhook/drain.ts';
import { portOf } from '../../webhook/listen.ts';
import type { Refusal } from '../../webhook/refusals.ts';
import { type AdmissionServer, buildServer, type ServerDeps } from '../../webhook/server.ts';
import { secureContextOptions, TRANSPORT_LIMITS, type TransportLimits } from '../../webhook/transport.ts';
import { fakeEngine, review, UID } from './admission-review.ts';
import { authority, identity, NOW } from './inject-server.ts';
import { connectRaw, post, verdicts } from './tls-client.ts';

/** The shape of the real limits, fast enough for a test. */
const QUICK: TransportLimits = {
  ...TRANSPORT_LIMITS,
  headersMs: 150,
  requestMs: 300,
  checkEveryMs: 50,
  handshakeMs: 150,
};

interface Listening {
  readonly app: AdmissionServer;
  readonly port: number;
  readonly refused: Refusal[];
}

async function listening(t: Test, changes: Partial<ServerDeps> = {}): Promise<Listening> {
  const refused: Refusal[] = [];
  const app = buildServer({
    admission: fakeEngine().deps,
    identity,
    limits: TRANSPORT_LIMITS,
    closing: () => false,
    refused: refusal => refused.push(refusal),
    inFlight: () => {},
    ...changes,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { app, port: portOf(app.server), refused };
}

/** The process is healthy and the next review is judged. */
async function servesOn(t: Test, port: number): Promise<void> {
  const client = await connectRaw(port);
  client.write(post(review()));
  t.match(await client.received(text => verdicts(text) === 1), UID, 'the next review is judged');
  client.end();
}

t.test('the numbers are those that the API server needs', t => {
  const { bodyBytes, keepAliveMs, headersMs, requestMs } = TRANSPORT_LIMITS;
  t.equal(bodyBytes, 7 * 1024 * 1024);
  t.ok(keepAliveMs > 90_000);
  t.ok(headersMs < requestMs && requestMs < 5_000);
  t.end();
});

t.test('the server has every limit set', async t => {
  const { app } = await listening(t);
  t.match(app.server, {
    keepAliveTimeout: TRANSPORT_LIMITS.keepAliveMs,
    headersTimeout: TRANSPORT_LIMITS.headersMs,
    requestTimeout: TRANSPORT_LIMITS.requestMs,
    maxConnections: TRANSPORT_LIMITS.connections,
  });
});

t.test('slow headers are cut off with 408', async t => {
  const { port, refused } = await listening(t, { limits: QUICK });
  const client = await connectRaw(port);
  client.write('POST /validate HTTP/1.1\r\nHost: localhost\r\n');
  t.match(await client.closed, /^HTTP\/1\.1 408 [\s\S]*\[DM-ENGINE-007\]/);
  t.match(refused, [{ reason: 'requestIsSlow' }]);
  await servesOn(t, port);
});

t.test('a slow body is cut off with 408', async t => {
  const { port } = await listening(t, { limits: QUICK });
  const client = await connectRaw(port);
  const text = post(review());
  client.write(text.slice(0, -10));
  t.match(await client.closed, /^HTTP\/1\.1 408 /);
  await servesOn(t, port);
});

t.test('a client that never shakes hands is dropped', async t => {
  const { port } = await listening(t, { limits: QUICK });
  const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'close');
  await servesOn(t, port);
});

t.test('plain HTTP on the TLS port is dropped', async t => {
  const { port } = await listening(t);
  const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await once(socket, 'close');
  await servesOn(t, port);
});

t.test('more connections than the bound are refused, those within it served', async t => {
  const { port } = await listening(t, { limits: { ...TRANSPORT_LIMITS, connections: 3 } });
  const clients = await Promise.all([connectRaw(port), connectRaw(port), connectRaw(port)]);
  const extra = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  await once(extra, 'close');
  for (const client of clients) {
    client.write(post(review()));
    await client.received(text => verdicts(text) === 1);
    client.end();
  }
});

const REFUSED: readonly (readonly [title: string, text: string | Buffer, answer: RegExp])[] = [
  [
    'a gzip body',
    Buffer.concat([
      Buffer.from(
        post(review(), ['Content-Encoding: gzip'])
          .split('\r\n\r\n', 1)[0]
          ?.replace(/Content-Length: \d+/, `Content-Length: ${gzipSync(review()).length}`) ?? '',
      ),
      Buffer.from('\r\n\r\n'),
      gzipSync(review()),
    ]),
    /^HTTP\/1\.1 415 [\s\S]*compressed/,
  ],
  ['text/plain', post(review()).replace('application/json', 'text/plain'), /^HTTP\/1\.1 415 /],
  ['a body of 7 MiB and one byte', post('x'.repeat(7 * 1024 * 1024 + 1)), /^HTTP\/1\.1 413 [\s\S]*7 MiB/],
  ['a chunked body without end', chunked('x'.repeat(7 * 1024 * 1024 + 1)), /^HTTP\/1\.1 413 /],
  ['oversized headers', post(review(), [`X-Large: ${'x'.repeat(64 * 1024)}`]), /^HTTP\/1\.1 431 /],
  ['two lengths', post(review(), ['Content-Length: 3']), /^HTTP\/1\.1 400 /],
  ['a length and chunks', post(review(), ['Transfer-Encoding: chunked']), /^HTTP\/1\.1 400 /],
  ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*DM-ENGINE-007/],
  ['no host', post(review()).replace('Host: localhost\r\n', ''), /^HTTP\/1\.1 400 /],
  ['an odd path', post(review(), [], '/../validate'), /^HTTP\/1\.1 404 /],
];

for (const [title, text, answer] of REFUSED) {
  t.test(`${title} is refused, and the connection closed`, async t => {
    const { port } = await listening(t);
    const client = await connectRaw(port);
    client.write(text);
    t.match(await client.closed, answer);
    await servesOn(t, port);
  });
}

function chunked(body: string): string {
  const head = post('', ['Transfer-Encoding: chunked']).replace('Content-Length: 0\r\n', '');
  return `${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

t.test('a chunked body without content-length is judged', async t => {
  const { port } = await listening(t);
  const client = await connectRaw(port);
  client.write(chunked(review()));
  t.match(await client.received(text => verdicts(text) === 1), UID);
  client.end();
});

t.test('pipelined reviews are all answered, in order', async t => {
  const { port } = await listening(t);
  const client = await connectRaw(port);
  const uids = ['a', 'b', 'c', 'd'];
  client.write(uids.map(uid => post(review({ uid }))).join(''));
  const text = await client.received(received => verdicts(received) === uids.length);
  t.strictSame(
    [...text.matchAll(/"uid":"(\w)"/g)].map(found => found[1]),
    uids,
  );
  client.end();
});

t.test('a client that goes away in the middle of its body costs nothing', async t => {
  const { port } = await listening(t);
  for (let i = 0; i < 20; i++) {
    const client = await connectRaw(port);
    client.write(post(review()).slice(0, -50));
    client.end();
    await client.closed;
  }
  await servesOn(t, port);
});

t.test('a client that goes away while it is judged costs nothing', async t => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { deps } = fakeEngine();
  const engine = {
    ...deps.engine,
    async judge(): Promise<Verdict> {
      asked.resolve();
      await gate.promise;
      return { allowed: true, findings: [], revision: 'r1', point: 'admission', evaluated: true };
    },
  };
  const { port } = await listening(t, { admission: { ...deps, engine } });
  const client = await connectRaw(port);
  client.write(post(review()));
  await asked.promise;
  client.end();
  gate.resolve();
  await servesOn(t, port);
});

const FLOOR: readonly (readonly [version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', accepted: boolean])[] =
  [
    ['TLSv1', false],
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ];

for (const [version, accepted] of FLOOR) {
  t.test(
    `${version} is ${accepted ? 'accepted' : 'refused'}, before a certificate is swapped and after`,
    async t => {
      const { app, port } = await listening(t);
      // At security level 0 the client itself still offers the old versions.
      const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
      for (const when of ['before', 'after']) {
        if (accepted) (await connectRaw(port, options)).end();
        else await t.rejects(connectRaw(port, options), when);
        app.server.setSecureContext(secureContextOptions(identity));
      }
    },
  );
}

t.test('a weak cipher suite is refused', async t => {
  const { port } = await listening(t);
  for (const ciphers of ['AES128-SHA', 'ECDHE-ECDSA-AES128-SHA', 'NULL-SHA256:@SECLEVEL=0']) {
    await t.rejects(connectRaw(port, { maxVersion: 'TLSv1.2', ciphers }), ciphers);
  }
});

t.test('only HTTP/1.1 is offered', async t => {
  const { port } = await listening(t);
  const client = await connectRaw(port, { ALPNProtocols: ['h2', 'http/1.1'] });
  t.equal(client.socket.alpnProtocol, 'http/1.1');
  client.end();
});

t.test('a certificate is swapped under load without losing a review', async t => {
  const { app, port } = await listening(t);
  const serials = new Set<string>();
  let answered = 0;
  let stopped = false;
  async function ask(): Promise<void> {
    while (!stopped) {
      const client = await connectRaw(port);
      serials.add(serialOf(client.socket));
      client.write(post(review()) + post(review()));
      await client.received(text => verdicts(text) === 2);
      answered += 2;
      client.end();
    }
  }
  const asking = Promise.all([ask(), ask(), ask(), ask()]);
  for (let i = 0; i < 5; i++) {
    const next = await signLeaf(authority, ['localhost'], NOW);
    app.server.setSecureContext(secureContextOptions(next));
    const seen = answered;
    while (answered < seen + 20) await sleep(1);
  }
  stopped = true;
  await asking;
  t.ok(serials.size >= 5, 'new connections get the new certificate');
});

function serialOf(socket: TLSSocket): string {
  return socket.getPeerCertificate().serialNumber;
}

t.test('with a client authority, only the named caller is served, before a swap and after', async t => {
  const ours = await createCertificateAuthority('clients');
  const theirs = await createCertificateAuthority('strangers');
  const callers = { caPem: ours.certificate, names: ['kube-apiserver'] };
  const { app, port } = await listening(t, { callers });
  const asks = async (pair?: KeyPairPem): Promise<string> => {
    const client = await connectRaw(
      port,
      pair === undefined ? {} : { cert: pair.certificate, key: pair.key },
    );
    client.write(post(review()));
    return Promise.race([client.received(text => verdicts(text) === 1), client.closed]).finally(client.end);
  };
  for (const when of ['before', 'after']) {
    t.match(await asks(await ours.issueClient('kube-apiserver')), UID, when);
    t.notMatch(await asks().catch(String), UID, `no certificate, ${when}`);
    t.notMatch(await asks(await ours.issueClient('pod')).catch(String), UID, `another name, ${when}`);
    t.notMatch(await asks(await theirs.issueClient('kube-apiserver')).catch(String), UID, `foreign, ${when}`);
    app.server.setSecureContext(secureContextOptions(identity, callers));
  }
});

t.test('kept-alive clients do not hold the shutdown up, and are served to the end', async t => {
  let closing = false;
  const { app, port } = await listening(t, { closing: () => closing });
  const [idle, busy] = await Promise.all([connectRaw(port), connectRaw(port)]);
  for (const client of [idle, busy]) {
    client.write(post(review()));
    await client.received(text => verdicts(text) === 1);
  }
  const order: string[] = [];
  const ended = drain({
    server: app.server,
    unready: () => order.push('unready'),
    closeReplies() {
      order.push('close replies');
      closing = true;
    },
    delayMs: 100,
    graceMs: 60_000,
    hurry: new AbortController().signal,
  });
  busy.write(post(review()));
  t.notMatch(
    await busy.received(text => verdicts(text) === 2),
    /connection: close/i,
    'served as before in the delay',
  );
  await ended;
  t.strictSame(order, ['unready', 'close replies']);
  await Promise.all([idle.closed, busy.closed]);
  await t.rejects(connectRaw(port), 'nothing listens any more');
});

t.test('a review under way when the server closes is answered, and told to close', async t => {
  const gate = Promise.withResolvers<void>();
  let closing = false;
  const { deps } = fakeEngine();
  const asked = Promise.withResolvers<void>();
  const engine = {
    ...deps.engine,
    async judge(): Promise<Verdict> {
      asked.resolve();
      await gate.promise;
      return { allowed: true, findings: [], revision: 'r1', point: 'admission', evaluated: true };
    },
  };
  const { app, port } = await listening(t, { admission: { ...deps, engine }, closing: () => closing });
  const client = await connectRaw(port);
  client.write(post(review()));
  await asked.promise;
  const ended = drain({
    server: app.server,
    unready: () => {},
    closeReplies() {
      closing = true;
      setTimeout(gate.resolve, 150);
    },
    delayMs: 0,
    graceMs: 60_000,
    hurry: new AbortController().signal,
  });
  t.match(await client.closed, /connection: close[\s\S]*"allowed":true/i);
  await ended;
});

t.test('a second signal ends it at once', async t => {
  const { app, port } = await listening(t);
  const client = await connectRaw(port);
  client.write(post(review()).slice(0, -1));
  const hurry = new AbortController();
  const ended = drain({
    server: app.server,
    unready: () => hurry.abort(),
    closeReplies: () => {},
    delayMs: 3_600_000,
    graceMs: 3_600_000,
    hurry: hurry.signal,
  });
  await ended;
  await client.closed;
  t.pass('neither the delay nor the open request was waited for');
});
