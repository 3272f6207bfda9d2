import t from 'tap';
import { isJudged, isNothing, parseRefs } from '../../../gitops/hooks/pushed-refs.ts';

const A = 'a'.repeat(40);
const NOTHING = '0'.repeat(40);

t.test('the lines of git are read, whatever the name is', async t => {
  t.strictSame(parseRefs(`${A} ${NOTHING} refs/heads/a b\n${NOTHING} ${'b'.repeat(64)} refs/tags/ü\n`), [
    { name: 'refs/heads/a b', oldCommit: A, newCommit: NOTHING },
    { name: 'refs/tags/ü', oldCommit: NOTHING, newCommit: 'b'.repeat(64) },
  ]);
  t.strictSame(parseRefs(''), []);
});

t.test('a line that is none is no push', async t => {
  for (const text of ['x', `${A} refs/heads/main`, `${A} ${A}`, `${A} ${A} \n`])
    t.throws(() => parseRefs(text), SyntaxError, text);
});

t.test('branches are judged unless they go', async t => {
  for (const [name, newCommit, expected] of [
    ['refs/heads/main', A, true],
    ['refs/heads/main', NOTHING, false],
    ['refs/heads/main', '0'.repeat(64), false],
    ['refs/tags/v1', A, false],
    ['refs/notes/commits', A, false],
  ] as const) {
    t.equal(isJudged({ name, oldCommit: A, newCommit }), expected, name);
  }
  t.ok(isNothing(NOTHING));
  t.notOk(isNothing(A));
});
