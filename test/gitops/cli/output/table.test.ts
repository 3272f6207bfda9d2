import t from 'tap';
import { tableLines } from '../../../../gitops/cli/output/table.ts';
import { plain } from '../../../../gitops/cli/output/text.ts';

const COLUMNS = [
  { title: 'NAME', of: ({ name }: { name: string }) => name },
  { title: 'KIND', of: () => 'x', style: () => 'red' as const },
  { title: 'LAST', of: ({ name }: { name: string }) => (name === 'a' ? '' : name) },
];

t.test('columns are aligned, empty cells show, and no line ends in spaces', async t => {
  t.strictSame(tableLines(COLUMNS, [{ name: 'a' }, { name: 'größer 😀' }], plain), [
    'NAME      KIND  LAST',
    'a         x     -',
    'größer 😀  x     größer 😀',
  ]);
});

t.test('colours do not count as width', async t => {
  const painted = tableLines(COLUMNS, [{ name: 'a' }], (style, text) => `<${style}>${text}</${style}>`);
  t.equal(painted[1], 'a     <red>x   </red>  -');
});

t.test('names cannot break a line or colour it', async t => {
  const lines = tableLines(COLUMNS, [{ name: '\u001b[31mred\n\u202e' }], plain);
  t.equal(lines.length, 2);
  t.notMatch(lines.join(''), /[\p{Cc}\u202e]/u);
});
