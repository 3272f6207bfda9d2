import t from 'tap';
import { decodeText } from '../../../../gitops/cli/read/decode-text.ts';

const OURS = 'kind: Mesh\napiVersion: dappmesh.io/v1alpha1\nname: ';

/** name, bytes, line and column of the fault */
const REFUSED: readonly [string, Uint8Array, number, number][] = [
  ['a NUL', Buffer.from(`${OURS}a\0b`), 3, 8],
  ['Latin-1', Buffer.from(`${OURS}caf\xe9`, 'latin1'), 3, 10],
  ['a broken sequence', Buffer.concat([Buffer.from(OURS), Buffer.from([0xe2, 0x82])]), 3, 7],
  ['an overlong slash', Buffer.concat([Buffer.from(OURS), Buffer.from([0xc0, 0xaf])]), 3, 7],
  ['UTF-16', Buffer.from(`\ufeff${OURS}`, 'utf16le'), 1, 1],
  ['UTF-16 the other way', Buffer.from(`\ufeff${OURS}`, 'utf16le').swap16(), 1, 1],
];

for (const [name, bytes, line, column] of REFUSED) {
  t.test(`an object in ${name} is refused`, async t => {
    t.match(decodeText(bytes), { fault: { code: 'DM-FILE-003', line, column } });
  });
}

t.test('files of others may hold what they like', async t => {
  for (const bytes of [Buffer.from([0, 1, 2, 255]), Buffer.from([0xff, 0xfe, 0, 0]), Buffer.alloc(0)]) {
    t.notOk('fault' in decodeText(bytes));
  }
});

t.test('UTF-8 is read with and without a byte order mark', async t => {
  t.strictSame(decodeText(Buffer.from(`\ufeff${OURS}é🎉`)), { text: `${OURS}é🎉` });
  t.strictSame(decodeText(Buffer.from(`${OURS}é🎉`)), { text: `${OURS}é🎉` });
});
