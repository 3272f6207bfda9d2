import t from 'tap';
import { type Response, ResponseReader } from '../../../bench/load/response.ts';

const BODY = '{"allowed":true}';
const WHOLE = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const CHUNKED = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n${BODY}\r\n0\r\n\r\n`;

for (const [name, text] of [
  ['with a length', WHOLE],
  ['in chunks', CHUNKED],
] as const) {
  t.test(`a response ${name} is complete at its last byte, however it was cut`, async t => {
    for (let cut = 1; cut < text.length; cut++) {
      const reader = new ResponseReader();
      t.equal(reader.push(Buffer.from(text.slice(0, cut))), undefined);
      const response = reader.push(Buffer.from(text.slice(cut))) as Response;
      t.equal(response.status, 200);
      t.match(response.body.toString(), BODY);
    }
  });
}

t.test('a second response on the same connection begins where the first ended', async t => {
  const reader = new ResponseReader();
  t.equal(reader.push(Buffer.from(WHOLE))?.status, 200);
  t.equal(reader.push(Buffer.from(WHOLE.replace('200 OK', '429 Too Many Requests')))?.status, 429);
});

t.test('more than was announced, and what is no HTTP, is refused', async t => {
  t.throws(() => new ResponseReader().push(Buffer.from(`${WHOLE}x`)), /17 bytes of body where 16/);
  t.throws(() => new ResponseReader().push(Buffer.from('SSH-2.0\r\n\r\n')), /no HTTP response/);
});
