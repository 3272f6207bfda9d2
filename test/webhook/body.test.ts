import t from 'tap';
import { OverloadedError } from '../../policies/engine/engine.ts';
import { FINDING, fakeEngine, product, review, UID } from './admission-review.ts';
import { injectServer } from './inject-server.ts';

const LIMIT = 7 * 1024 * 1024;

/** Bodies from which no uid can be told: refused in plain text, which the API server shows. */
const UNREADABLE: readonly (readonly [title: string, body: string | Buffer])[] = [
  ['an empty body', ''],
  ['a truncated body', review().slice(0, -1)],
  ['trailing garbage', `${review()}x`],
  ['two documents', review() + review()],
  ['a byte order mark', `\ufeff${review()}`],
  ['a trailing comma', review().replace('"options":{}', '"options":[1,]')],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  ],
  ['UTF-16', Buffer.from(review(), 'utf16le')],
  ['a raw NUL in a string', review().replace('orders', 'or\0ders')],
  ['null', 'null'],
  ['a number', '1'],
  ['a string', '"AdmissionReview"'],
  ['a list', `[${review()}]`],
  ['no request', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}'],
  ['a list for request', review({}, { request: [] })],
  ['no uid', review({ uid: undefined })],
  ['an empty uid', review({ uid: '' })],
  ['a number for uid', review({ uid: 1 })],
];

for (const [title, body] of UNREADABLE) {
  t.test(`${title} is refused in plain text, and the next review is judged`, async t => {
    const { deps, asked } = fakeEngine();
    const { post } = injectServer(deps);
    const answer = await post('/validate', body);
    t.equal(answer.status, 400);
    t.match(answer.text, /^\[DM-ENGINE-007\] .+\n$/);
    t.equal(answer.response, undefined);
    t.equal(asked.length, 0);
    t.equal((await post('/validate', review())).response?.allowed, true);
  });
}

/** Reviews with a uid that are refused all the same: a denial with that uid. */
const REFUSED: readonly (readonly [title: string, body: string, code: string])[] = [
  ['v1beta1', review({}, { apiVersion: 'admission.k8s.io/v1beta1' }), 'DM-ENGINE-007'],
  ['another kind of review', review({}, { kind: 'ConversionReview' }), 'DM-ENGINE-007'],
  ['no kind in the request', review({ kind: undefined }), 'DM-ENGINE-007'],
  ['text for an object', review({ object: 'orders' }), 'DM-ENGINE-007'],
  ['an object without metadata', review({ object: { spec: {} } }), 'DM-ENGINE-007'],
  ['a list for a name', review({ name: [] }), 'DM-ENGINE-007'],
  ['a CREATE without object', review({ object: null }), 'DM-ENGINE-007'],
  ['an UPDATE without old object', review({ operation: 'UPDATE' }), 'DM-ENGINE-007'],
  ['a DELETE without old object', review({ operation: 'DELETE', object: null }), 'DM-ENGINE-007'],
  ['an unknown operation', review({ operation: 'PATCH' }), 'DM-ENGINE-009'],
  ['CONNECT', review({ operation: 'CONNECT' }), 'DM-ENGINE-009'],
];

for (const [title, body, code] of REFUSED) {
  for (const path of ['/validate', '/mutate']) {
    t.test(`${title} is denied at ${path} with the uid, code 403 and a reason`, async t => {
      const { deps, asked, decisions } = fakeEngine();
      const answer = await injectServer(deps).post(path, body);
      t.equal(answer.status, 200);
      t.equal(answer.response?.uid, UID);
      t.equal(answer.response?.allowed, false);
      t.match(answer.response?.status, {
        code: 403,
        reason: 'Forbidden',
        message: new RegExp(`^\\[${code}\\]`),
      });
      t.equal(answer.response?.patch, undefined);
      t.equal(asked.length, 0);
      t.match(decisions, [{ outcome: 'refused' }]);
    });
  }
}

/** Odd but valid JSON reaches the engine byte for byte. */
const JUDGED: readonly (readonly [title: string, body: string])[] = [
  ['__proto__ as a key', review().replace('"domainRef"', '"__proto__":{"a":1},"domainRef"')],
  [
    'constructor.prototype as a key',
    review().replace('"domainRef"', '"constructor":{"prototype":{}},"domainRef"'),
  ],
  ['1e999', review().replace('"options":{}', '"options":{"n":1e999}')],
  ['2^53+1', review().replace('"options":{}', '"options":{"n":9007199254740993}')],
  ['a lone surrogate', review().replace('"options":{}', '"options":{"s":"\\ud800"}')],
  ['an escaped NUL', review().replace('"options":{}', '"options":{"s":"\\u0000"}')],
  ['white space around', ` \n${review()}\t\r\n`],
  ['a response in the request', review({}, { response: { uid: UID, allowed: true } })],
  [
    'depth 9,990',
    review().replace('"options":{}', `"options":${'{"a":'.repeat(9_990)}1${'}'.repeat(9_990)}`),
  ],
];

for (const [title, body] of JUDGED) {
  t.test(`${title} is judged on the very bytes that came`, async t => {
    const { deps, asked } = fakeEngine({ findings: [FINDING] });
    const answer = await injectServer(deps).post('/validate', body);
    t.equal(answer.response?.uid, UID);
    t.equal(answer.response?.allowed, false);
    t.equal(Buffer.from(asked[0]?.bytes ?? []).toString(), body);
  });
}

t.test('__proto__ stays an ordinary key of the object', async t => {
  const { deps, asked } = fakeEngine();
  await injectServer(deps).post(
    '/validate',
    review().replace('"domainRef"', '"__proto__":{"a":1},"domainRef"'),
  );
  const spec = asked[0]?.request.object?.spec ?? {};
  t.equal(Object.hasOwn(spec, '__proto__'), true);
  t.equal(Object.getPrototypeOf(spec), Object.prototype);
});

t.test('of duplicate keys the last wins, in the envelope as in the object', async t => {
  const { deps, asked } = fakeEngine();
  const body = review().replace('"request":', '"request":{"uid":"first"},"request":');
  const answer = await injectServer(deps).post(
    '/validate',
    body.replace('"domainRef"', '"domainRef":"x","domainRef"'),
  );
  t.equal(answer.response?.uid, UID);
  t.match(asked[0]?.request.object?.spec, { domainRef: 'sales' });
});

t.test('a foreign uid is echoed as it is, quotes and all', async t => {
  const { deps } = fakeEngine();
  const uid = 'a"b\\c\u2028<script>';
  t.equal((await injectServer(deps).post('/validate', review({ uid }))).response?.uid, uid);
});

t.test('the same uid twice is judged twice, alike', async t => {
  const { deps, asked } = fakeEngine({ findings: [FINDING] });
  const { post } = injectServer(deps);
  const [first, second] = [await post('/validate', review()), await post('/validate', review())];
  t.equal(first.text, second.text);
  t.equal(asked.length, 2);
});

t.test('7 MiB are read, one byte more is refused (GHSA-vgf6-pvf4-34rq)', async t => {
  const { deps, asked } = fakeEngine();
  const { post } = injectServer(deps);
  const fill = (bytes: number): string => {
    const body = review({ object: product({ text: '' }) });
    return body.replace('"text":""', `"text":"${'x'.repeat(bytes - body.length)}"`);
  };
  t.equal((await post('/validate', fill(LIMIT))).response?.allowed, true);
  const refused = await post('/validate', fill(LIMIT + 1));
  t.equal(refused.status, 413);
  t.match(refused.text, /7 MiB/);
  t.equal(asked.length, 1);
});

const MEDIA: readonly (readonly [headers: Record<string, string>, status: number])[] = [
  [{ 'content-type': 'application/json' }, 200],
  [{ 'content-type': 'application/json; charset=utf-8' }, 200],
  [{ 'content-type': 'application/json;charset=UTF-8' }, 200],
  [{ 'content-encoding': 'identity' }, 200],
  [{ 'content-type': 'application/json; charset=utf-16' }, 415],
  [{ 'content-type': 'text/plain' }, 415],
  [{ 'content-type': 'application/yaml' }, 415],
  [{ 'content-type': 'application/merge-patch+json' }, 415],
  [{ 'content-type': '' }, 415],
  [{ 'content-encoding': 'gzip' }, 415],
  [{ 'content-encoding': 'br' }, 415],
];

for (const [headers, status] of MEDIA) {
  t.test(`${JSON.stringify(headers)} is answered with ${status}`, async t => {
    const { deps, asked } = fakeEngine();
    const { post, refused } = injectServer(deps);
    const answer = await post('/validate', review(), headers);
    t.equal(answer.status, status);
    t.equal(asked.length, status === 200 ? 1 : 0);
    t.equal(refused.length, status === 200 ? 0 : 1);
    if (status !== 200) t.match(answer.text, /^\[DM-ENGINE-007\]/);
  });
}

for (const path of [
  '//validate',
  '/Validate',
  '/validate/',
  '/%76alidate',
  '/validate%2f',
  '/validate%3ftimeout=1s',
  '/',
  '/validate/x',

  '/validate;x',
]) {
  t.test(`the path ${path} is refused (CVE-2026-26205)`, async t => {
    const { deps, asked } = fakeEngine();
    const answer = await injectServer(deps).post(path, review());
    t.equal(answer.status, 404);
    t.match(answer.text, /^\[DM-ENGINE-007\]/);
    t.equal(asked.length, 0);
  });
}

t.test('other methods are refused', async t => {
  const { app } = injectServer(fakeEngine().deps);
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'] as const) {
    t.equal((await app.inject({ method, url: '/validate' })).statusCode, 404, method);
  }
});

t.test('a full queue is shed with 429 and an integer Retry-After (TOB-OPAGK-005)', async t => {
  const { deps, decisions } = fakeEngine({ fails: new OverloadedError() });
  for (const path of ['/validate', '/mutate']) {
    const answer = await injectServer(deps).post(path, review());
    t.equal(answer.status, 429);
    t.equal(answer.headers['retry-after'], '1');
  }
  t.match(decisions, [{ outcome: 'shed' }, { outcome: 'shed' }]);
});

t.test('what fails inside is a denial at /validate and an untouched object at /mutate', async t => {
  const { deps, decisions } = fakeEngine({ fails: new RangeError('Maximum call stack size exceeded') });
  const { post } = injectServer(deps);
  const denied = await post('/validate', review());
  t.match(denied.response?.status, { code: 403, message: /^\[DM-ENGINE-011\]/ });
  t.notMatch(denied.text, /stack size/);
  const untouched = await post('/mutate', review());
  t.strictSame(untouched.response, { uid: UID, allowed: true });
  t.match(decisions, [{ error: RangeError }, { error: RangeError }]);
});

t.test('before all is loaded, /validate denies and /mutate adds nothing (CVE-2025-46342)', async t => {
  const { deps, asked } = fakeEngine({ deps: { loaded: () => false } });
  const { post } = injectServer(deps);
  t.match((await post('/validate', review())).response?.status, { message: /^\[DM-ENGINE-006\]/ });
  const unchanged = review({ operation: 'UPDATE', oldObject: product() });
  t.match((await post('/validate', unchanged)).response?.status, { message: /^\[DM-ENGINE-006\]/ });
  t.equal((await post('/mutate', review())).response?.allowed, true);
  t.equal(asked.length, 0);
});

t.test('once the server closes, every reply closes its connection', async t => {
  const { post } = injectServer(fakeEngine().deps, { closing: () => true });
  t.equal((await post('/validate', review())).headers['connection'], 'close');
  t.equal((await post('/nowhere', review())).headers['connection'], 'close');
});

t.test('a failure while answering refuses with 500, and the next review is judged', async t => {
  const { deps } = fakeEngine();
  let fails = true;
  const record = (): void => {
    if (fails) throw new Error('no space left');
  };
  const { post, refused } = injectServer({ ...deps, record });
  const answer = await post('/validate', review());
  t.equal(answer.status, 500);
  t.match(answer.text, /^\[DM-ENGINE-011\]/);
  t.notMatch(answer.text, /no space left/);
  t.match(refused, [{ reason: 'answerFailed' }]);
  fails = false;
  t.equal((await post('/validate', review())).response?.allowed, true);
});
