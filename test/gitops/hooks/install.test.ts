import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createRepository, createRetail, type Repository } from '../git-repository.ts';
import { buildTestBundle, runDappmesh } from '../run-dappmesh.ts';
import { createBare } from './push-server.ts';

let bundle: string;

t.before(async () => {
  bundle = await buildTestBundle(t);
});

interface Bare {
  readonly server: Repository;
  readonly hook: string;
}

async function bare(t: Test, name = "it's a server.git"): Promise<Bare> {
  const server = await createBare(join(t.testdir(), name));
  return { server, hook: join(server.folder, 'hooks/pre-receive') };
}

t.test('installing twice changes nothing, another bundle renews', async t => {
  const { server, hook } = await bare(t);
  const install = (file: string) => runDappmesh(['hook', 'install', server.folder, '--bundle', file]);
  t.match(await install(bundle), { code: 0, stdout: /^installed .*pre-receive\n$/, stderr: '' });
  const text = readFileSync(hook, 'utf8');
  t.equal(statSync(hook).mode & 0o111, 0o111);
  t.notMatch(text, /@[A-Z]+@/);
  t.match(await install(bundle), { code: 0, stdout: /is installed already/ });
  t.equal(readFileSync(hook, 'utf8'), text);
  t.match(await install("/nowhere/it's.tar.gz"), {
    code: 0,
    stdout: /^renewed /,
    stderr: /pushes are refused until there is a policy bundle/,
  });
  t.match(readFileSync(hook, 'utf8'), `bundle='/nowhere/it'\\''s.tar.gz'`);
  t.match(await runDappmesh(['hook', 'uninstall', server.folder]), { code: 0, stdout: /^removed / });
  t.notOk(existsSync(hook));
  t.match(await runDappmesh(['hook', 'uninstall', server.folder]), {
    code: 0,
    stdout: /there is no dappmesh hook/,
  });
});

t.test('a hook that was there runs first and comes back', async t => {
  const { server, hook } = await bare(t);
  const foreign = '#!/bin/sh\necho "foreign hook: $(wc -l | tr -d " ") refs"\n[ ! -e refuse ]\n';
  writeFileSync(hook, foreign);
  chmodSync(hook, 0o755);
  t.match(await runDappmesh(['hook', 'install', server.folder, '--bundle', bundle]), {
    code: 0,
    stdout: /the hook that was there is kept as pre-receive\.before-dappmesh and runs first/,
  });
  const clone = await createRetail(join(server.folder, '../clone'));
  await clone.git('remote', 'add', 'origin', server.folder);
  const push = () => clone.tryGit(['push', 'origin', 'main']);
  writeFileSync(join(server.folder, 'refuse'), '');
  const refused = await push();
  t.match(refused, { code: 1, stderr: /foreign hook: 1 refs/ });
  t.notMatch(refused.stderr, /dappmesh: main/);
  await runDappmesh(['hook', 'install', server.folder, '--bundle', bundle]);
  rmSync(join(server.folder, 'refuse'));
  t.match(await push(), { code: 0, stderr: /foreign hook: 1 refs[^]*dappmesh: main/ });
  t.match(await runDappmesh(['hook', 'uninstall', server.folder]), {
    code: 0,
    stdout: /the hook from before is back/,
  });
  t.equal(readFileSync(hook, 'utf8'), foreign);
  t.match(await runDappmesh(['hook', 'uninstall', server.folder]), {
    code: 0,
    stdout: /there is no dappmesh hook/,
  });
  t.equal(readFileSync(hook, 'utf8'), foreign);
});

t.test('two foreign hooks are left alone', async t => {
  const { server, hook } = await bare(t);
  writeFileSync(hook, 'one');
  writeFileSync(`${hook}.before-dappmesh`, 'two');
  t.match(await runDappmesh(['hook', 'install', server.folder]), {
    code: 2,
    stderr: /both .* exist\n {2}remove one of them/,
  });
  t.equal(readFileSync(hook, 'utf8'), 'one');
});

t.test('the folder that git looks into is used', async t => {
  const { server } = await bare(t);
  const folder = join(server.folder, '../hooks');
  mkdirSync(folder);
  await server.git('config', 'core.hooksPath', folder);
  t.match(await runDappmesh(['hook', 'install', server.folder, '--bundle', bundle]), { code: 0 });
  t.ok(existsSync(join(folder, 'pre-receive')));
});

t.test('only a bare repository gets the hook', async t => {
  const { folder } = await createRepository(join(t.testdir(), 'clone'));
  t.match(await runDappmesh(['hook', 'install', folder]), { code: 2, stderr: /is no bare repository/ });
  t.match(await runDappmesh(['hook', 'install', join(folder, 'nowhere')]), {
    code: 2,
    stderr: /there is no folder/,
  });
  t.match(await runDappmesh(['hook', 'install']), { code: 2, stderr: /missing required argument/ });
});
