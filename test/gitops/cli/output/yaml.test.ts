import t from 'tap';
import { parse } from 'yaml';
import { toYaml } from '../../../../gitops/cli/output/yaml.ts';

t.test('what is written reads as the same value', async t => {
  const value = {
    text: 'a: b # c',
    lines: 'select 1;\n\tselect 2;\n',
    yes: 'yes',
    number: '1.20',
    list: [1, null, true, { a: [] }],
    'odd key\n': '\u001b[31m\u0000\u0085\u2028\u202e\ufeff',
    odd: 'two\nlines with \u202e',
  };
  t.strictSame(parse(toYaml(value)), value);
});

t.test('scripts stay readable, and nothing acts on a terminal', async t => {
  t.equal(toYaml({ sql: 'select 1;\nselect 2;\n' }), 'sql: |\n  select 1;\n  select 2;\n');
  t.notMatch(toYaml({ '\u001b': '\u001b[2J\u202e\u009b' }), /(?!\n)\p{Cc}|\u202e/u);
});

t.test('objects that occur twice are written twice', async t => {
  const same = { a: 1 };
  t.equal(toYaml([same, same]), '- a: 1\n- a: 1\n');
});
