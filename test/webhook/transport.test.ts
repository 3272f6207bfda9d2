import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import type { Verdict } from '../../policies/engine/verdict/verdict.ts';
import { portOf } from '../../process/listen.ts';
import { createCertificateAuthority, type KeyPairPem } from '../../tools/certificates.ts';
import type { AdmissionDeps } from '../../webhook/admission.ts';
import { signLeaf } from '../../webhook/certificates/authority.ts';
import { drain } from '../../webhook/drain.ts';
import type { ServerDeps } from '../../webhook/server.ts';
import { secureContextOptions, TRANSPORT_LIMITS, type TransportLimits } from '../../webhook/transport.ts';
import { until } from '../until.ts';
import { fakeEngine, review, UID } from './admission-review.ts';
import { authority, identity, NOW, PATIENT_LIMITS, type TestServer, testServer } from './inject-server.ts';
import { connectRaw, post, verdicts } from './tls-client.ts';

/** The shape of the real limits, fast enough for a test. */
const QUICK_REQUESTS: TransportLimits = {
  ...PATIENT_LIMITS,
  headersMs: 150,
  requestMs: 300,
  checkEveryMs: 50,
};
const QUICK_HANDSHAKES: TransportLimits = { ...PATIENT_LIMITS, handshakeMs: 150 };

interface Listening extends TestServer {
  readonly port: number;
}

async function listening(t: Test, changes: Partial<ServerDeps> = {}): Promise<Listening> {
  const { app, refused } = testServer({ admission: fakeEngine().deps, ...changes });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { app, port: portOf(app.server), refused };
}

/** An engine that has been asked and answers when it is told to. */
function pendingReview(): { admission: AdmissionDeps; asked: Promise<void>; answer: () => void } {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const { deps } = fakeEngine();
  const engine = {
    ...deps.engine,
    async judge(): Promise<Verdict> {
      asked.resolve();
      await gate.promise;
      return { allowed: true, findings: [], revision: 'r1', point: 'admission' };
    },
  };
  return { admission: { ...deps, engine }, asked: asked.promise, answer: gate.resolve };
}

/** However it ends: `once` would reject on a reset, which is one of the ways. */
function ended(socket: Socket): Promise<unknown> {
  return new Promise(resolve => socket.once('close', resolve));
}

/** The process is healthy and the next review is judged. */
async function servesOn(t: Test, port: number): Promise<void> {
  const client = await connectRaw(port);
  client.write(post(review()));
  t.match(await client.received(text => verdicts(text) === 1), UID, 'the next review is judged');
  client.end();
}

/** Whether a review is judged; where time is short, a busy machine may need too much of it and has to ask again. */
async function isServed(port: number): Promise<boolean> {
  const client = await connectRaw(port).catch(() => null);
  if (client === null) return false;
  client.write(post(review()));
  const judged = client
    .received(text => verdicts(text) === 1)
    .then(
      () => true,
      () => false,
    );
  return judged.finally(client.end);
}

t.test('the numbers are those that the API server needs', t => {
  const { bodyBytes, keepAliveMs, headersMs, requestMs } = TRANSPORT_LIMITS;
  t.equal(bodyBytes, 7 * 1024 * 1024);
  t.ok(keepAliveMs > 90_000);
  t.ok(headersMs < requestMs && requestMs < 5_000);
  t.end();
});

t.test('the server has every limit set', async t => {
  const { app } = await listening(t, { limits: TRANSPORT_LIMITS });
  t.match(app.server, {
    keepAliveTimeout: TRANSPORT_LIMITS.keepAliveMs,
    headersTimeout: TRANSPORT_LIMITS.headersMs,
    requestTimeout: TRANSPORT_LIMITS.requestMs,
    maxConnections: TRANSPORT_LIMITS.connections,
  });
});

t.test('slow headers are cut off with 408', async t => {
  const { port, refused } = await listening(t, { limits: QUICK_REQUESTS });
  const client = await connectRaw(port);
  client.write('POST /validate HTTP/1.1\r\nHost: localhost\r\n');
  t.match(await client.closed, /^HTTP\/1\.1 408 [\s\S]*\[DM-ENGINE-007\]/);
  t.match(refused, [{ reason: 'requestIsSlow' }]);
  await until(() => isServed(port));
});

t.test('a slow body is cut off with 408', async t => {
  const { port } = await listening(t, { limits: QUICK_REQUESTS });
  const client = await connectRaw(port);
  const text = post(review());
  client.write(text.slice(0, -10));
  t.match(await client.closed, /^HTTP\/1\.1 408 /);
  await until(() => isServed(port));
});

t.test('a client that never shakes hands is dropped', async t => {
  const { port } = await listening(t, { limits: QUICK_HANDSHAKES });
  const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  await ended(socket);
  await until(() => isServed(port));
});

t.test('plain HTTP on the TLS port is dropped', async t => {
  const { port } = await listening(t);
  const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await ended(socket);
  await servesOn(t, port);
});

t.test('more connections than the bound are refused, those within it served', async t => {
  const { port } = await listening(t, { limits: { ...PATIENT_LIMITS, connections: 3 } });
  const clients = await Promise.all([connectRaw(port), connectRaw(port), connectRaw(port)]);
  const extra = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  await ended(extra);
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
  ['a whole URL for a path', post(review(), [], 'http://localhost/validate'), /^HTTP\/1\.1 404 /],
  ['an asterisk for a path', post(review(), [], '*'), /^HTTP\/1\.1 40[04] /],
  [
    'a body in another transfer encoding',
    chunked(review(), 'gzip, chunked'),
    /^HTTP\/1\.1 415 [\s\S]*compressed/,
  ],
  ['two content encodings', post(review(), ['Content-Encoding: identity, gzip']), /^HTTP\/1\.1 415 /],
  ['chunks within chunks', chunked(review(), 'chunked, chunked'), /^HTTP\/1\.1 4(00|15) /],
  [
    'a chunk without a length',
    post('', ['Transfer-Encoding: chunked']).replace('Content-Length: 0\r\n', '') + 'x\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length with a sign',
    post(review()).replace('Content-Length: ', 'Content-Length: +'),
    /^HTTP\/1\.1 400 /,
  ],
  ['a length in hex', post(review()).replace('Content-Length: ', 'Content-Length: 0x'), /^HTTP\/1\.1 400 /],
  ['a space before a colon', post(review()).replace('Host:', 'Host :'), /^HTTP\/1\.1 400 /],
  ['a folded header', post(review(), ['X-Folded: a', ' b']), /^HTTP\/1\.1 400 /],
  ['a NUL in a header', post(review(), ['X-Nul: a\0b']), /^HTTP\/1\.1 400 /],
  ['HTTP/0.9', 'POST /validate\r\n\r\n', /^HTTP\/1\.1 4(00|15) /],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a CONNECT', 'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', /^(HTTP\/1\.1 40[04] |$)/],
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

function chunked(body: string, encoding = 'chunked'): string {
  const head = headOf(post('', [`Transfer-Encoding: ${encoding}`]));
  return `${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

/** A request without its length and its body. */
function headOf(text: string): string {
  return text.replace(/Content-Length: \d+\r\n/, '').replace(/\r\n\r\n[\s\S]*$/, '\r\n\r\n');
}

t.test('a client that spells its handshake byte by byte is dropped', async t => {
  const { port } = await listening(t, { limits: QUICK_HANDSHAKES });
  const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
  // The head of a record that announces 512 bytes.
  socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
  const dribble = setInterval(() => socket.write(Buffer.from([0x01])), 10);
  await ended(socket);
  clearInterval(dribble);
  await until(() => isServed(port));
});

const JUDGED: readonly (readonly [title: string, text: string, keepsAlive: boolean])[] = [
  ['a client that asks whether to go on', post(review(), ['Expect: 100-continue']), true],
  ['HTTP/1.0', post(review()).replace('HTTP/1.1', 'HTTP/1.0'), false],
  ['a client that wants to hang up', post(review(), ['Connection: close']), false],
  ['an offer of another protocol', post(review(), ['Connection: Upgrade', 'Upgrade: h2c']), true],
  ['empty lines before the request', `\r\n\r\n${post(review())}`, true],
  ['an exact path with a fragment of a query', post(review(), [], '/validate?'), true],
];
for (const [title, text, keepsAlive] of JUDGED) {
  t.test(`${title} is judged, and ${keepsAlive ? 'the connection kept' : 'hung up on'}`, async t => {
    const { port } = await listening(t);
    const client = await connectRaw(port);
    client.write(text);
    t.match(await client.received(received => verdicts(received) === 1), UID);
    if (keepsAlive) {
      client.write(post(review()));
      await client.received(received => verdicts(received) === 2);
      client.end();
    } else await client.closed;
  });
}

t.test('no body and no length is no review, and the connection is good for the next', async t => {
  const { port } = await listening(t);
  const client = await connectRaw(port);
  client.write(headOf(post(review())) + post(review()));
  const text = await client.received(received => verdicts(received) === 1);
  t.match(text, /^HTTP\/1\.1 400 [\s\S]*not one JSON document[\s\S]*HTTP\/1\.1 200 /);
  client.end();
});

t.test('bytes beyond the length are another request, a malformed one', async t => {
  const { port } = await listening(t);
  const client = await connectRaw(port);
  client.write(`${post(review())}{"request":{}}\r\n\r\n`);
  t.match(await client.closed, /HTTP\/1\.1 400 [\s\S]*not well-formed/);
  await servesOn(t, port);
});

/** Room for two reviews, whichever they are. */
const ROOM = Math.floor(2.5 * review().length);
const CROWDED: TransportLimits = { ...PATIENT_LIMITS, heldBytes: ROOM };

/** Asks over a connection of its own until it is not turned away, and gives every answer. */
async function askUntilHeard(port: number): Promise<string[]> {
  const answers: string[] = [];
  do {
    const client = await connectRaw(port);
    client.write(post(review()));
    answers.push(await client.received(text => verdicts(text) === 1).catch(() => client.closed));
    client.end();
  } while (verdicts(answers.at(-1) ?? '') === 0);
  return answers;
}

t.test('bodies that are half there are held within a budget; beyond it, come again later', async t => {
  const { port, refused } = await listening(t, { limits: CROWDED });
  const slow = await Promise.all([connectRaw(port), connectRaw(port)]);
  for (const client of slow) client.write(post(review()).slice(0, -1));
  const late = await connectRaw(port);
  while (refused.length === 0) {
    const client = await connectRaw(port);
    client.write(post(review()));
    await Promise.race([client.closed, client.received(text => verdicts(text) === 1)]);
    client.end();
  }
  late.write(post(review()));
  const answer = await late.closed;
  t.match(answer, /^HTTP\/1\.1 429 [\s\S]*retry-after: 1\r\n[\s\S]*\[DM-ENGINE-006\]/i);
  t.equal(refused.at(-1)?.reason, 'bodiesAreTooMany');
  slow[0]?.write('}');
  t.match(await slow[0]?.received(text => verdicts(text) === 1), UID, 'who was there before is judged');
  slow[0]?.end();
  slow[1]?.end();
  t.match((await askUntilHeard(port)).at(-1), UID, 'and what has gone makes room');
});

t.test('a body is held until its verdict is there, even if nobody waits for it', async t => {
  const { admission, asked, answer } = pendingReview();
  const { port, refused } = await listening(t, {
    admission,
    limits: { ...CROWDED, heldBytes: Math.floor(1.5 * review().length) },
  });
  const first = await connectRaw(port);
  first.write(post(review()));
  await asked;
  first.end();
  await first.closed;
  const second = await connectRaw(port);
  second.write(post(review()));
  t.match(await second.closed, /^HTTP\/1\.1 429 /);
  answer();
  t.match((await askUntilHeard(port)).at(-1), UID);
  t.ok(refused.every(({ reason }) => reason === 'bodiesAreTooMany'));
});

t.test('the budget is whole again after bodies of every fate', async t => {
  const length = review().length;
  const { port } = await listening(t, { limits: { ...CROWDED, bodyBytes: 2 * length } });
  const fates: readonly (readonly [request: string, answer: RegExp | null])[] = [
    [post('x'.repeat(length)), /^HTTP\/1\.1 400 /],
    [chunked('x'.repeat(2 * length + 1)), /^HTTP\/1\.1 413 /],
    [post(review()), /"allowed":true/],
    [post(review()).slice(0, -9), null],
  ];
  for (const [request, answer] of fates) {
    for (let i = 0; i < 4; i++) {
      const client = await connectRaw(port);
      // Out of our hands before we hang up.
      await new Promise(resolve => client.socket.write(request, resolve));
      if (answer !== null) await client.received(text => answer.test(text));
      client.end();
      await client.closed;
    }
  }
  // What a client left behind may still be on its way out.
  await until(() => twoFit(port));
  t.pass('room for two reviews that are read at the same time');
});

async function twoFit(port: number): Promise<boolean> {
  const clients = await Promise.all([connectRaw(port), connectRaw(port)]);
  for (const client of clients) client.write(post(review()).slice(0, -1));
  await sleep(20);
  for (const client of clients) client.write('}');
  const heard = await Promise.all(
    clients.map(client =>
      client
        .received(text => verdicts(text) === 1)
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  for (const client of clients) client.end();
  return heard.every(Boolean);
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
  const { admission, asked, answer } = pendingReview();
  const { port } = await listening(t, { admission });
  const client = await connectRaw(port);
  client.write(post(review()));
  await asked;
  client.end();
  answer();
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
    `${version} is ${accepted ? 'accepted' : 'refused'}, before a certificate is swapped and after (GO-2023-1804)`,
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

t.test('a weak cipher suite is refused (GO-2023-1804)', async t => {
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

t.test('with a client authority, only the named caller is served, swap or not (CVE-2025-1974)', async t => {
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
  const delay = Promise.withResolvers<void>();
  const ended = drain({
    server: app.server,
    unready: () => order.push('unready'),
    closeReplies() {
      order.push('close replies');
      closing = true;
    },
    delay: () => delay.promise,
    graceMs: 60_000,
    hurry: new AbortController().signal,
  });
  busy.write(post(review()));
  t.notMatch(
    await busy.received(text => verdicts(text) === 2),
    /connection: close/i,
    'served as before in the delay',
  );
  delay.resolve();
  await ended;
  t.strictSame(order, ['unready', 'close replies']);
  await Promise.all([idle.closed, busy.closed]);
  await t.rejects(connectRaw(port), 'nothing listens any more');
});

t.test('a review under way when the server closes is answered, and told to close', async t => {
  const { admission, asked, answer } = pendingReview();
  let closing = false;
  const { app, port } = await listening(t, { admission, closing: () => closing });
  const client = await connectRaw(port);
  client.write(post(review()));
  await asked;
  const ended = drain({
    server: app.server,
    unready: () => {},
    closeReplies() {
      closing = true;
      setTimeout(answer, 150);
    },
    delay: async () => {},
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
    delay: signal => sleep(3_600_000, undefined, { signal }),
    graceMs: 3_600_000,
    hurry: hurry.signal,
  });
  await ended;
  await client.closed;
  t.pass('neither the delay nor the open request was waited for');
});
