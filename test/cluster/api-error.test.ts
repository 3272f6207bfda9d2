import t from 'tap';
import { errorOfResponse, errorOfStatus } from '../../cluster/api-error.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');

t.test('reason and message come from the Status', async t => {
  const body = JSON.stringify({
    kind: 'Status',
    reason: 'NotFound',
    message: 'secrets "x" not found',
    code: 404,
  });
  const error = errorOfResponse('GET /api/v1/x', { status: 404, body, now: NOW });
  t.match(error, { status: 404, reason: 'NotFound', message: 'GET /api/v1/x: secrets "x" not found' });
});

const BODIES: [title: string, body: string, message: string][] = [
  ['a proxy page', '<html>Bad gateway</html>', 'GET /x: 502 <html>Bad gateway</html>'],
  ['nothing', '', 'GET /x: 502'],
  ['JSON that is no Status', '[1]', 'GET /x: 502 [1]'],
  ['a Status with a message that is no text', '{"message":{}}', 'GET /x: 502 {"message":{}}'],
];

for (const [title, body, message] of BODIES) {
  t.test(`${title} is shown as it is`, async t => {
    const error = errorOfResponse('GET /x', { status: 502, body, now: NOW });
    t.match(error, { status: 502, reason: '', message });
  });
}

const HEADERS: [header: string | undefined, body: string, expected: number | undefined][] = [
  ['3', '', 3_000],
  ['0', '', 0],
  ['Mon, 01 Jun 2026 12:00:30 GMT', '', 30_000],
  ['Mon, 01 Jun 2026 11:00:00 GMT', '', undefined],
  ['soon', '', undefined],
  ['-1', '', undefined],
  [undefined, '{"details":{"retryAfterSeconds":4}}', 4_000],
  ['3', '{"details":{"retryAfterSeconds":4}}', 3_000],
  [undefined, '{"details":{"retryAfterSeconds":"4"}}', undefined],
];

for (const [retryAfter, body, expected] of HEADERS) {
  t.test(`Retry-After ${retryAfter} with '${body}' is ${expected} ms`, async t => {
    t.equal(errorOfResponse('GET /x', { status: 429, body, retryAfter, now: NOW }).retryAfterMs, expected);
  });
}

t.test('an ERROR event without a code is a 500', async t => {
  t.match(errorOfStatus('watch of /x', { message: 'odd' }), { status: 500, message: 'watch of /x: odd' });
  t.match(errorOfStatus('watch of /x', undefined), { status: 500 });
});
