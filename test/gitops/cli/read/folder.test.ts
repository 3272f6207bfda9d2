import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readFolder } from '../../../../gitops/cli/read/folder.ts';

t.test('manifests are found in order, by their endings, and nothing else', async t => {
  const folder = t.testdir({
    'b.yaml': '',
    'a.yml': '',
    'c.JSON': '',
    'd.txt': '',
    sub: { 'kustomization.yaml': '', Kustomization: '', '.hidden.yaml': '' },
    '.git': { 'x.yaml': '' },
    node_modules: { 'x.yaml': '' },
    'odd \n name': { 'é".yaml': '' },
  });
  const { files, unread } = readFolder(folder);
  t.strictSame(unread, []);
  t.strictSame(files.map(({ path }) => path).sort(), [
    'a.yml',
    'b.yaml',
    'c.JSON',
    'odd \n name/é".yaml',
    'sub/.hidden.yaml',
    'sub/Kustomization',
    'sub/kustomization.yaml',
  ]);
});

t.test('links are not followed out of the tree (CVE-2026-26205)', async t => {
  const outside = t.testdir({
    tree: { inside: { 'real.yaml': 'a: 1', 'data.txt': 'b: 2' } },
    'secret.yaml': 'c: 3',
    other: { 'x.yaml': '' },
  });
  const tree = join(outside, 'tree');
  symlinkSync('../secret.yaml', join(tree, 'out.yaml'));
  symlinkSync(join(outside, 'secret.yaml'), join(tree, 'absolute.yaml'));
  symlinkSync('../other', join(tree, 'folder'));
  symlinkSync('nowhere.yaml', join(tree, 'dangling.yaml'));
  symlinkSync('loop.yaml', join(tree, 'loop.yaml'));
  symlinkSync('..', join(tree, 'inside', 'up'));
  symlinkSync('inside/real.yaml', join(tree, 'twice.yaml'));
  symlinkSync('inside/data.txt', join(tree, 'named.yaml'));
  const { files, unread } = readFolder(tree);
  t.strictSame(
    files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
    [
      ['inside/real.yaml', 'a: 1'],
      ['named.yaml', 'b: 2'],
    ],
  );
  t.strictSame(
    unread.map(({ path, code }) => [path, code]),
    ['absolute.yaml', 'dangling.yaml', 'folder', 'loop.yaml', 'out.yaml'].map(path => [path, 'DM-FILE-016']),
  );
});

t.test('a file that is too large is not read', async t => {
  const folder = t.testdir({});
  writeFileSync(join(folder, 'large.yaml'), '');
  truncateSync(join(folder, 'large.yaml'), 9 * 1024 * 1024);
  t.match(readFolder(folder), { files: [], unread: [{ path: 'large.yaml', code: 'DM-FILE-004' }] });
});

t.test('a folder that is called like a manifest is a folder', async t => {
  const folder = t.testdir({});
  mkdirSync(join(folder, 'x.yaml'));
  writeFileSync(join(folder, 'x.yaml', 'y.yaml'), 'a: 1');
  t.match(readFolder(folder).files, [{ path: 'x.yaml/y.yaml' }]);
});
