import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { CannotJudgeError } from '../../../gitops/cli/failure.ts';
import { type Selection, selectPaths } from '../../../gitops/cli/selection.ts';
import { selectRange, selectRevision } from '../../../gitops/cli/selection-git.ts';
import { createRepository, type Repository } from '../git-repository.ts';

function object(kind: string, name: string): string {
  return `apiVersion: dappmesh.io/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
}

async function* input(text = ''): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

/** Names of all objects, those that are reported with a star. */
function summary({ tree, isNamed }: Selection): string[] {
  return [...tree.manifests.values()]
    .map(({ object, file }) => `${object.metadata.name}${isNamed(file) ? '*' : ''}`)
    .sort();
}

async function meshes(t: Test): Promise<Repository> {
  const repository = await createRepository(join(t.testdir(), 'r'));
  repository.write({
    'prod/mesh.yaml': object('Mesh', 'prod'),
    'prod/domains/a.yaml': object('Domain', 'a'),
    'prod/domains/b.yaml': object('Domain', 'b'),
    'dev/mesh.yaml': object('Mesh', 'dev'),
    'loose/c.yaml': object('Domain', 'c'),
  });
  return repository;
}

/** what is named, from where → what is in the tree, what is reported */
const TREES: readonly [string[], string, string | undefined, string[]][] = [
  [['prod/domains/a.yaml'], '.', undefined, ['a*', 'b', 'prod']],
  [['domains/a.yaml'], 'prod', undefined, ['a*', 'b', 'prod']],
  [['domains'], 'prod', undefined, ['a*', 'b*', 'prod']],
  [['prod'], '.', undefined, ['a*', 'b*', 'prod*']],
  [['prod/'], '.', undefined, ['a*', 'b*', 'prod*']],
  [['prod/mesh.yaml'], '.', undefined, ['a', 'b', 'prod*']],
  [['.'], '.', undefined, ['a*', 'b*', 'c*', 'dev*', 'prod*']],
  [['loose/c.yaml'], '.', undefined, ['a', 'b', 'c*', 'dev', 'prod']],
  [['loose/c.yaml'], '.', 'prod', ['a', 'b', 'c*', 'prod']],
  [['prod/domains/a.yaml', 'dev'], '.', undefined, ['a*', 'b', 'c', 'dev*', 'prod']],
  [['prod/domains/a.yaml'], '.', 'prod/domains', ['a*', 'b']],
];

for (const [paths, cwd, tree, expected] of TREES) {
  t.test(
    `${paths.join(' and ')} from ${cwd}${tree === undefined ? '' : ` with --tree ${tree}`} is ${expected.join(' ')}`,
    async t => {
      const { folder } = await meshes(t);
      const selection = await selectPaths(paths, { cwd: join(folder, cwd), stdin: input(), tree });
      t.strictSame(summary(selection), expected);
    },
  );
}

t.test('standard input stands in for the object of that name', async t => {
  const { folder } = await meshes(t);
  const stdin = input(`${object('Domain', 'a')}spec: {from: stdin}\n`);
  const selection = await selectPaths(['-'], { cwd: join(folder, 'prod/domains'), stdin });
  t.strictSame(summary(selection), ['a*', 'b', 'prod']);
  const named = selection.tree.manifests.get('Domain//a');
  t.match(named, { shown: 'stdin', object: { spec: { from: 'stdin' } } });
});

t.test('a file from outside of the tree stands in for the object of that name', async t => {
  const { folder } = await meshes(t);
  writeFileSync(join(folder, '..', 'a.txt'), `${object('Domain', 'a')}spec: {from: outside}\n`);
  const selection = await selectPaths(['../a.txt'], { cwd: folder, stdin: input(), tree: 'prod' });
  t.strictSame(summary(selection), ['a*', 'b', 'prod']);
  t.match(selection.tree.manifests.get('Domain//a'), { shown: '../a.txt' });
});

t.test('outside of git, what is named is all there is', async t => {
  const folder = t.testdir({
    a: { 'a.yaml': object('Domain', 'a') },
    b: { 'b.yaml': object('Domain', 'b') },
    'c.yaml': object('Mesh', 'c'),
  });
  const env = process.env['GIT_CEILING_DIRECTORIES'];
  process.env['GIT_CEILING_DIRECTORIES'] = join(folder, '..');
  t.teardown(() => {
    if (env === undefined) delete process.env['GIT_CEILING_DIRECTORIES'];
    else process.env['GIT_CEILING_DIRECTORIES'] = env;
  });
  t.strictSame(summary(await selectPaths(['a', 'b/b.yaml'], { cwd: folder, stdin: input() })), ['a*', 'b*']);
  t.strictSame(summary(await selectPaths(['a/a.yaml'], { cwd: folder, stdin: input() })), ['a*']);
});

t.test('a link that is named is followed', async t => {
  const { folder } = await meshes(t);
  mkdirSync(join(folder, '../links'));
  symlinkSync('../r/prod/domains/a.yaml', join(folder, '../links/a.yaml'));
  t.strictSame(summary(await selectPaths(['a.yaml'], { cwd: join(folder, '../links'), stdin: input() })), [
    'a*',
    'b',
    'prod',
  ]);
});

t.test('what is not there cannot be judged', async t => {
  const { folder } = await meshes(t);
  const options = { cwd: folder, stdin: input() };
  await t.rejects(selectPaths(['nowhere.yaml'], options), CannotJudgeError);
  await t.rejects(selectPaths(['.'], { ...options, tree: 'nowhere' }), CannotJudgeError);
  await t.rejects(selectPaths(['.'], { ...options, tree: 'prod/mesh.yaml' }), CannotJudgeError);
});

t.test('a revision is judged as it was, in whole or in part', async t => {
  const repository = await meshes(t);
  await repository.commit();
  repository.write({ 'prod/mesh.yaml': object('Mesh', 'changed') });
  const { folder: cwd } = repository;
  t.strictSame(summary(await selectRevision('HEAD', { cwd })), ['a*', 'b*', 'c*', 'dev*', 'prod*']);
  t.strictSame(summary(await selectRevision('HEAD', { cwd, paths: ['prod/domains'] })), [
    'a*',
    'b*',
    'c',
    'dev',
    'prod',
  ]);
  const part = await selectRevision('main', { cwd: join(cwd, 'prod'), tree: '.', paths: ['domains/a.yaml'] });
  t.strictSame(summary(part), ['a*', 'b', 'prod']);
  t.equal(part.tree.manifests.get('Domain//a')?.shown, 'domains/a.yaml');
  await t.rejects(selectRevision('HEAD', { cwd, paths: ['nowhere'] }), CannotJudgeError);
  await t.rejects(selectRevision('nowhere', { cwd }), CannotJudgeError);
});

t.test('a range gives the trees before and after it, and what is no range of two is refused', async t => {
  const repository = await meshes(t);
  const first = await repository.commit();
  repository.remove('prod/domains/a.yaml');
  await repository.commit();
  const { base, head } = await selectRange(`${first}..HEAD`, { cwd: repository.folder, tree: 'prod' });
  t.strictSame([...base.manifests.keys()].sort(), ['Domain//a', 'Domain//b', 'Mesh//prod']);
  t.strictSame([...head.manifests.keys()].sort(), ['Domain//b', 'Mesh//prod']);
  for (const range of ['HEAD', `${first}...HEAD`, 'a..b..c', 'nowhere..HEAD']) {
    await t.rejects(selectRange(range, { cwd: repository.folder }), CannotJudgeError, range);
  }
});
