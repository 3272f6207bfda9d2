import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import type { RequestOutcome } from '../../cluster/request.ts';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import { freePorts } from '../../tools/free-ports.ts';
import { type Answer, refusal, startScriptedApiServer } from './scripted-api-server.ts';

/** Answers with what arrived. */
const echo: Answer = (response, { url, message }) => {
  const chunks: Buffer[] = [];
  message.on('data', chunk => chunks.push(chunk));
  message.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const { authorization, 'content-type': type, accept, 'user-agent': agent } = message.headers;
    const said = {
      method: message.method,
      path: url.pathname + url.search,
      body,
      authorization,
      type,
      accept,
      agent,
    };
    response.end(JSON.stringify(said));
  });
};

t.test('method, path, query, body and credentials arrive', async t => {
  const { cluster, script } = await startScriptedApiServer(t);
  script('list', echo);
  const query = { limit: 5, dryRun: undefined, force: true };
  t.strictSame(await cluster.request({ method: 'POST', path: '/api/v1/x', query, body: { a: 'ü' } }), {
    method: 'POST',
    path: '/api/v1/x?limit=5&force=true',
    body: '{"a":"ü"}',
    authorization: 'Bearer scripted-token',
    type: 'application/json',
    accept: 'application/json',
    agent: 'dappmesh',
  });
  t.equal(cluster.namespace, 'shop');
});

t.test('an empty answer is undefined', async t => {
  const { cluster, script } = await startScriptedApiServer(t);
  script('list', response => response.writeHead(204).end());
  t.equal(await cluster.request({ path: '/x' }), undefined);
});

t.test('an error status is an ApiError with reason and Retry-After', async t => {
  const { cluster, script } = await startScriptedApiServer(t);
  script('list', refusal(429, 'TooManyRequests', { 'Retry-After': '2' }));
  const error = await cluster.request({ path: '/x' }).catch((error: unknown) => error);
  t.type(error, ApiError);
  t.match(error, { status: 429, reason: 'TooManyRequests', retryAfterMs: 2_000 });
});

const UNREACHABLE: [title: string, answer: Answer][] = [
  ['a reset', response => response.socket?.resetAndDestroy()],
  ['an answer that is not JSON', response => response.end('<html>')],
  [
    'an answer that breaks off',
    response => response.write('{"a":', () => response.socket?.resetAndDestroy()),
  ],
];

for (const [title, answer] of UNREACHABLE) {
  t.test(`${title} is an UnreachableError that says what was asked`, async t => {
    const { cluster, script } = await startScriptedApiServer(t);
    script('list', answer);
    const error = await cluster.request({ path: '/asked' }).catch((error: unknown) => error);
    t.type(error, UnreachableError);
    t.match(error, { message: /^GET \/asked/ });
  });
}

t.test('no answer in time is an UnreachableError', async t => {
  const { cluster, script } = await startScriptedApiServer(t);
  script('list', () => {});
  const error = await cluster.request({ path: '/x', timeoutMs: 30 }).catch((error: unknown) => error);
  t.type(error, UnreachableError);
  t.match(error, { message: /no answer within 30 ms/ });
});

t.test('a server that is not there is an UnreachableError with the reason', async t => {
  const { connect } = await startScriptedApiServer(t);
  const [port] = await freePorts(1);
  const cluster = await connect({ url: `http://127.0.0.1:${port}` });
  await t.rejects(cluster.request({ path: '/x' }), { name: 'UnreachableError', message: /ECONNREFUSED/ });
});

t.test("the caller's abort comes back as the caller's reason", async t => {
  const { cluster, script, arrived } = await startScriptedApiServer(t);
  script('list', () => {});
  const caller = new AbortController();
  const asked = cluster.request({ path: '/x', signal: caller.signal });
  await arrived('list', 1);
  caller.abort(new Error('changed my mind'));
  await t.rejects(asked, { message: 'changed my mind' });
});

t.test('a 401 is tried once more with the token read anew', async t => {
  const { script, connect, folder } = await startScriptedApiServer(t);
  const token = join(folder, 'token');
  await writeFile(token, 'old\n');
  const cluster = await connect({ user: { tokenFile: 'token' } });
  const seen: unknown[] = [];
  script('list', (response, { message }) => {
    seen.push(message.headers.authorization);
    response.writeHead(message.headers.authorization === 'Bearer new' ? 200 : 401).end('{}');
  });
  await t.rejects(cluster.request({ path: '/x' }), { name: 'ApiError', message: /401/ });
  await writeFile(token, 'new\n');
  t.strictSame(await cluster.request({ path: '/x' }), {});
  t.strictSame(seen, ['Bearer old', 'Bearer old', 'Bearer old', 'Bearer new']);
});

t.test('an exec plugin gives the token', async t => {
  const { script, connect } = await startScriptedApiServer(t);
  const credential = { kind: 'ExecCredential', status: { token: 'given' } };
  const printed = JSON.stringify(JSON.stringify(credential));
  const cluster = await connect({ user: { exec: { command: process.execPath, args: ['-p', printed] } } });
  script('list', echo);
  t.match(await cluster.request({ path: '/x' }), { authorization: 'Bearer given' });
});

t.test('a plugin that fails is an UnreachableError with what it said', async t => {
  const { connect } = await startScriptedApiServer(t);
  const exec = { command: process.execPath, args: ['-e', 'console.error("log in first"); process.exit(1)'] };
  const cluster = await connect({ user: { exec } });
  await t.rejects(cluster.request({ path: '/x' }), { name: 'UnreachableError', message: /log in first/ });
});

t.test('an auth provider that is long gone is named', async t => {
  const { connect } = await startScriptedApiServer(t);
  const cluster = await connect({ user: { 'auth-provider': { name: 'gcp', config: {} } } });
  await t.rejects(cluster.request({ path: '/x' }), { message: /the auth provider 'gcp' is not supported/ });
});

t.test('a user with a password and one who acts as another', async t => {
  const { script, connect } = await startScriptedApiServer(t);
  script('list', (response, { message }) => {
    const { authorization, 'impersonate-user': as } = message.headers;
    response.end(JSON.stringify({ authorization, as }));
  });
  const cluster = await connect({ user: { username: 'jo', password: 'secret', as: 'kim' } });
  const authorization = `Basic ${Buffer.from('jo:secret').toString('base64')}`;
  t.strictSame(await cluster.request({ path: '/x' }), { authorization, as: 'kim' });
});

t.test('every request is reported, the unanswered ones without a status', async t => {
  const { script, connect } = await startScriptedApiServer(t);
  const outcomes: RequestOutcome[] = [];
  const cluster = await connect({ onRequest: outcome => outcomes.push(outcome) });
  script('list', echo, refusal(404, 'NotFound'), response => response.socket?.resetAndDestroy());
  await cluster.request({ path: '/x' });
  await cluster.request({ method: 'DELETE', path: '/x' }).catch(() => {});
  await cluster.request({ path: '/x' }).catch(() => {});
  t.strictSame(
    outcomes.map(({ method, status }) => [method, status]),
    [
      ['GET', 200],
      ['DELETE', 404],
      ['GET', undefined],
    ],
  );
});
