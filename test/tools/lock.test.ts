import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { withLock } from '../../tools/lock.ts';

t.test('those who want the lock work one after the other, and leave nothing behind', async t => {
  const path = join(t.testdir(), 'lock');
  let working = 0;
  let most = 0;
  const work = async () => {
    working += 1;
    most = Math.max(most, working);
    t.equal(await readFile(path, 'utf8'), `${process.pid}\n`);
    working -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withLock(path, () => {}, work)));
  t.equal(most, 1);
  await t.rejects(readFile(path), { code: 'ENOENT' });
});

t.test('a lock whose owner is gone is taken over', async t => {
  const folder = t.testdir({ lock: '2147483647\n' });
  let worked = false;
  await withLock(
    join(folder, 'lock'),
    () => {},
    async () => {
      worked = true;
    },
  );
  t.ok(worked);
});

t.test('what cannot be read is no lock to wait for', async t => {
  const folder = t.testdir({ lock: {} });
  await t.rejects(
    withLock(
      join(folder, 'lock'),
      () => {},
      async () => {},
    ),
    { code: 'EISDIR' },
  );
});
