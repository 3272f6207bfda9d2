import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CannotJudgeError } from '../../../../gitops/cli/failure.ts';
import { git, resolveCommit } from '../../../../gitops/cli/read/git.ts';
import { readRevision } from '../../../../gitops/cli/read/revision.ts';
import { createRepository, type Repository } from '../../git-repository.ts';

t.test('the manifests of a commit are read without a checkout, whatever their names are', async t => {
  const repository = await createRepository(join(t.testdir(), 'r'));
  const names = ['a.yaml', 'b c/ü "q"\n\t.yaml', 'd.json', 'e.txt', 'node_modules/x.yaml'];
  repository.write(Object.fromEntries(names.map(name => [name, `# ${name}`])));
  const commit = await repository.commit();
  repository.remove('a.yaml');
  const { files, unread } = await readRevision(repository.folder, commit);
  t.strictSame(unread, []);
  t.strictSame(
    files.map(({ path }) => path),
    ['a.yaml', 'b c/ü "q"\n\t.yaml', 'd.json'],
  );
  t.equal(Buffer.from(files[1]?.bytes ?? []).toString(), '# b c/ü "q"\n\t.yaml');
});

t.test('links are read as the files that they lead to, within the tree only', async t => {
  const repository = await createRepository(join(t.testdir(), 'r'));
  repository.write({ 'sub/real.yaml': 'a: 1', 'sub/data.txt': 'b: 2' });
  symlinkSync('sub/real.yaml', join(repository.folder, 'twice.yaml'));
  symlinkSync('sub/data.txt', join(repository.folder, 'named.yaml'));
  symlinkSync('../../etc/passwd', join(repository.folder, 'sub', 'out.yaml'));
  symlinkSync('/etc', join(repository.folder, 'etc'));
  const { files, unread } = await readRevision(repository.folder, await repository.commit());
  t.strictSame(
    files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
    [
      ['named.yaml', 'b: 2'],
      ['sub/real.yaml', 'a: 1'],
    ],
  );
  t.strictSame(
    unread.map(({ path, code }) => [path, code]),
    [
      ['etc', 'DM-FILE-016'],
      ['sub/out.yaml', 'DM-FILE-016'],
    ],
  );
});

t.test('a path that leads out of a checkout is a finding (CVE-2026-26205)', async t => {
  const repository = await createRepository(join(t.testdir(), 'r'));
  const blob = await hash(repository, 'a: 1');
  const inner = await makeTree(repository, [`100644 blob ${blob}\tx.yaml`]);
  const dots = await makeTree(repository, [`040000 tree ${inner}\t..`, `040000 tree ${inner}\t.GIT`]);
  const { files, unread } = await readRevision(repository.folder, dots);
  t.strictSame(files, []);
  t.strictSame(
    unread.map(({ path, code }) => [path, code]),
    [
      ['../x.yaml', 'DM-FILE-017'],
      ['.GIT/x.yaml', 'DM-FILE-017'],
    ],
  );
});

t.test('submodules and large files are not read', async t => {
  const repository = await createRepository(join(t.testdir(), 'r'));
  repository.write({ 'large.yaml': 'x'.repeat(9 * 1024 * 1024) });
  const commit = await repository.commit();
  const tree = await makeTree(repository, [
    `160000 commit ${commit}\tmodule.yaml`,
    `100644 blob ${await repository.git('rev-parse', 'HEAD:large.yaml')}\tlarge.yaml`,
  ]);
  t.match(await readRevision(repository.folder, tree), { files: [], unread: [{ code: 'DM-FILE-004' }] });
});

t.test('a revision that does not exist cannot be judged', async t => {
  const { folder } = await createRepository(join(t.testdir(), 'r'));
  for (const revision of ['main', 'nowhere', '--help', '-h', '', 'a b', '0'.repeat(40)]) {
    await t.rejects(resolveCommit(folder, revision), CannotJudgeError, revision);
  }
});

t.test('what git says is passed on, and a missing object is no empty file', async t => {
  const { folder } = await createRepository(join(t.testdir(), 'r'));
  await t.rejects(
    git(folder, ['no-such-command']),
    /git no-such-command failed: git: 'no-such-command' is not a git command/,
  );
  await t.rejects(readRevision(folder, '1'.repeat(40)), CannotJudgeError);
});

async function hash(repository: Repository, content: string): Promise<string> {
  return (await repository.tryGit(['hash-object', '-w', '--stdin'], { input: content })).stdout.trim();
}

async function makeTree(repository: Repository, entries: readonly string[]): Promise<string> {
  return (
    await repository.tryGit(['mktree', '--missing'], { input: `${entries.join('\n')}\n` })
  ).stdout.trim();
}
