import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startPostgres } from '../../tools/postgres.ts';
import { findPostgres, PostgresMissingError } from '../../tools/postgres-binaries.ts';
import { isAlive } from './is-alive.ts';

t.test('a server answers, asks for a password over the network, and goes', async t => {
  const postgres = await startPostgres();
  t.teardown(() => postgres.stop());
  await postgres.query('postgres', "create role ann login password 'right'");
  await postgres.query('postgres', 'create database orders');
  t.strictSame(await postgres.query('orders', "select 1, 'a' union all select 2, 'b'"), ['1|a', '2|b']);
  const over = (password: string) =>
    postgres.psql(['-c', 'select 1'], { env: { PGHOST: '127.0.0.1', PGUSER: 'ann', PGPASSWORD: password } });
  t.equal((await over('right')).code, 0);
  t.match(await over('wrong'), { code: 2, stderr: 'password authentication failed' });
  await t.rejects(postgres.query('orders', 'select nonsense'), {
    message: /column "nonsense" does not exist/,
  });
  t.ok(isAlive(postgres.pid));
  await postgres.stop();
  t.notOk(isAlive(postgres.pid));
});

t.test('the folder that the variable names comes first', async t => {
  const folder = await programs(t.testdir());
  t.strictSame(await findPostgres({ POSTGRES_BIN: folder }), { folder, libraries: [] });
});

t.test('a variable that names no PostgreSQL is an error, not a reason to look elsewhere', async t => {
  await t.rejects(findPostgres({ POSTGRES_BIN: t.testdir() }), {
    message: /lacks one of postgres, initdb, psql/,
  });
});

t.test('where there is no Debian, one error names three ways to get it', async t => {
  const cache = t.testdir();
  const error = await findPostgres({ XDG_CACHE_HOME: cache, PATH: cache }, join(cache, 'none')).catch(
    error => error,
  );
  t.type(error, PostgresMissingError);
  t.match(error.message, '1. install it: apt-get install postgresql-15');
  t.match(error.message, 'POSTGRES_BIN=/path/to/bin');
  t.match(error.message, join(cache, 'dappmesh/tools/postgresql-15'));
});

t.test('it is unpacked once from the packages of Debian', async t => {
  const root = t.testdir();
  await program(
    join(root, 'bin/apt-get'),
    'echo "$1" >> "$COUNT"; shift; for name in "$@"; do touch "$name.deb"; done',
  );
  const bin = 'usr/lib/postgresql/15/bin';
  await program(
    join(root, 'bin/dpkg'),
    `mkdir -p "$3/${bin}"; for name in postgres initdb psql; do touch "$3/${bin}/$name"; chmod +x "$3/${bin}/$name"; done`,
  );
  const env = {
    XDG_CACHE_HOME: root,
    COUNT: join(root, 'count'),
    PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
  };
  const cache = join(root, 'dappmesh/tools/postgresql-15');
  for (const _ of [1, 2]) t.equal((await findPostgres(env, join(root, 'none'))).folder, join(cache, bin));
  t.equal(await readFile(env.COUNT, 'utf8'), 'download\n');
});

async function programs(folder: string): Promise<string> {
  for (const name of ['postgres', 'initdb', 'psql']) await program(join(folder, name), 'true');
  return folder;
}

async function program(path: string, script: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  await chmod(path, 0o755);
}
