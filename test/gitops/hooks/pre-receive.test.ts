// Real pushes to a real bare repository with the real hook and the real policies.

import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { chmod, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { buildAbortingBundle } from '../aborting-policy.ts';
import type { Repository } from '../git-repository.ts';
import { buildTestBundle } from '../run-dappmesh.ts';
import { serveHttp, startPushed, startPushing } from './push-server.ts';

const ORDERS = 'domains/sales/orders/product.yaml';

let bundle: string;

t.before(async () => {
  bundle = await buildTestBundle(t);
});

/** Replaces a text in a file of the clone and commits it. */
async function edit(clone: Repository, file: string, from: string, to: string): Promise<string> {
  const text = await readFile(join(clone.folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  clone.write({ [file]: text.replace(from, to) });
  return clone.commit();
}

t.test('a good push goes through and says what was judged', async t => {
  const { server, clone, push } = await startPushing(t, bundle);
  const { code, stderr } = await push('origin', 'main');
  t.match(stderr, /remote: dappmesh: main/);
  t.match(stderr, /remote: allowed: 0 denials, 0 warnings; \d+ objects judged/);
  t.match(stderr, /remote: not judged, as nobody said who pushes .*DM-OWN-004/);
  t.equal(code, 0);
  t.equal(await server.git('rev-parse', 'main'), await clone.git('rev-parse', 'main'));
});

t.test('a bad push is refused with everything at once, and nothing of it stays', async t => {
  const { server, clone, push } = await startPushed(t, bundle);
  const before = await server.git('rev-parse', 'main');
  await edit(clone, ORDERS, 'teamRef: checkout', 'teamRef: nobody');
  const commit = await edit(clone, ORDERS, 'residency: eu-central', 'residency: mars');
  const { code, stderr } = await push('origin', 'main');
  t.match(
    stderr,
    /remote: domains\/sales\/orders\/product\.yaml:16:14 {2}DENY \[DM-OWN-002\] DataProduct\/sales\/orders spec\.owner\.teamRef: /,
  );
  t.match(stderr, /remote: domains\/sales\/orders\/product\.yaml:28:14 {2}DENY \[DM-SEC-001\]/);
  t.match(stderr, /remote: {5}16 \| {5}teamRef: nobody/);
  t.match(stderr, /remote: denied: 2 denials, 0 warnings; 1 object judged/);
  t.match(stderr, /pre-receive hook declined/);
  t.notMatch(stderr, '\u001b');
  t.equal(code, 1);
  t.equal(await server.git('rev-parse', 'main'), before);
  t.not((await server.tryGit(['cat-file', '-e', commit])).code, 0, 'the refused objects are gone');
});

t.test('several branches in one push are judged one by one and refused together', async t => {
  const { server, clone, push } = await startPushed(t, bundle);
  await clone.git('checkout', '--quiet', '-b', 'bad');
  await edit(clone, ORDERS, 'teamRef: checkout', 'teamRef: nobody');
  await clone.git('checkout', '--quiet', '-b', 'good', 'main');
  await edit(clone, ORDERS, 'displayName: Orders', 'displayName: All orders');
  const { code, stderr } = await push('origin', 'good', 'bad');
  t.match(stderr, /remote: dappmesh: good/);
  t.match(stderr, /remote: allowed: 0 denials/);
  t.match(stderr, /remote: dappmesh: bad/);
  t.match(stderr, /remote: denied: 1 denial/);
  t.equal(code, 1);
  t.equal(
    (await server.tryGit(['rev-parse', '--verify', 'good'])).code,
    128,
    'the good one waits for the bad one',
  );
  t.equal((await push('origin', 'good')).code, 0);
});

t.test('a new branch is judged by what it changes since it left the default branch', async t => {
  const { clone, push } = await startPushed(t, bundle);
  await clone.git('checkout', '--quiet', '-b', 'feature');
  await edit(clone, ORDERS, 'displayName: Orders', 'displayName: All orders');
  const { code, stderr } = await push('origin', 'feature');
  t.match(stderr, /remote: allowed: 0 denials, 0 warnings; 1 object judged/);
  t.equal(code, 0);
});

t.test('the merged state of several commits counts, and so does a forced push', async t => {
  const { clone, push } = await startPushed(t, bundle);
  await edit(clone, ORDERS, 'teamRef: checkout', 'teamRef: nobody');
  await edit(clone, ORDERS, 'teamRef: nobody', 'teamRef: assortment');
  t.match(await push('origin', 'main'), { code: 0 });
  await clone.git('checkout', '--quiet', '--orphan', 'fresh');
  await edit(clone, ORDERS, 'domainRef: sales', 'domainRef: logistics');
  const forced = await push('--force', 'origin', 'fresh:main');
  t.match(forced, { code: 1, stderr: /DENY \[DM-OWN-009\]/ });
});

t.test('deleting a branch and pushing a tag go through, even without policies', async t => {
  const { server, clone, push } = await startPushed(t, bundle);
  await push('origin', 'main:other');
  await rename(bundle, `${bundle}.away`);
  t.teardown(() => rename(`${bundle}.away`, bundle));
  await clone.git('tag', 'v1');
  await clone.git('tag', '-a', '-m', 'two', 'v2');
  t.match(await push('origin', 'v1', 'v2'), { code: 0 });
  t.match(await push('origin', ':other'), { code: 0 });
  t.not((await server.tryGit(['rev-parse', '--verify', 'other'])).code, 0);
});

t.test('a contract that others need cannot be removed', async t => {
  const { clone, push } = await startPushed(t, bundle);
  clone.remove('domains/sales/orders/contracts/1.2.0.yaml');
  await clone.commit();
  t.match(await push('origin', 'main'), { code: 1, stderr: /product\.yaml:\d+:\d+ {2}DENY \[DM-VER-009\]/ });
});

t.test('what was wrong before is counted, not repeated', async t => {
  const { server, clone, push } = await startPushing(t, bundle);
  await rename(join(server.folder, 'hooks/pre-receive'), join(server.folder, 'hooks/away'));
  await edit(clone, ORDERS, 'teamRef: checkout', 'teamRef: nobody');
  await push('origin', 'main');
  await rename(join(server.folder, 'hooks/away'), join(server.folder, 'hooks/pre-receive'));
  await edit(
    clone,
    'domains/logistics/inventory/product.yaml',
    'displayName: Inventory',
    'displayName: Stock',
  );
  const { code, stderr } = await push('origin', 'main');
  t.match(stderr, /remote: 1 warning about what this push does not touch: dappmesh check --rev [0-9a-f]{12}/);
  t.notMatch(stderr, /DM-OWN-002/);
  t.equal(code, 0);
});

t.test('who pushes is what the git host says', async t => {
  const { clone, pushAs } = await startPushed(t, bundle);
  await edit(clone, ORDERS, 'displayName: Orders', 'displayName: All orders');
  t.match(await pushAs({ DAPPMESH_USER: 'eve', DAPPMESH_GROUPS: 'strangers' }, 'origin', 'main'), {
    code: 1,
    stderr: /DENY \[DM-OWN-004\]/,
  });
  t.match(await pushAs({ DAPPMESH_USER: 'ada', DAPPMESH_GROUPS: 'sales-owners' }, 'origin', 'main'), {
    code: 0,
  });
});

t.test('over HTTP the verdict reads the same', async t => {
  const { server, clone, push } = await startPushing(t, bundle);
  const user = { DAPPMESH_USER: 'ada', DAPPMESH_GROUPS: 'sales-owners,logistics-owners,customer-owners' };
  const url = await serveHttp(t, server, user);
  await clone.git('remote', 'set-url', 'origin', url);
  const first = await push('origin', 'main');
  t.match(first, { code: 0, stderr: /remote: allowed: 0 denials/ });
  t.notMatch(first.stderr, /nobody said/);
  await edit(clone, ORDERS, 'teamRef: checkout', 'teamRef: nobody');
  const second = await push('origin', 'main');
  t.match(second, {
    code: 1,
    stderr: /remote: domains\/sales\/orders\/product\.yaml:16:14 {2}DENY \[DM-OWN-002\]/,
  });
});

t.test('names that need quoting and links are judged like others', async t => {
  const { clone, push } = await startPushed(t, bundle);
  const text = await readFile(join(clone.folder, ORDERS), 'utf8');
  const bad = text.replace('name: orders', 'name: bad').replace('teamRef: checkout', 'teamRef: nobody');
  clone.write({ 'ü b\n"c"\t.yaml': bad, 'data.txt': bad.replace('name: bad', 'name: linked') });
  await symlink('data.txt', join(clone.folder, 'link.yaml'));
  await symlink('/etc/hosts', join(clone.folder, 'out.yaml'));
  await clone.commit();
  const { code, stderr } = await push('origin', 'main');
  t.match(stderr, /remote: ü b\\n"c"\\t\.yaml:16:14 {2}DENY \[DM-OWN-002\] DataProduct\/sales\/bad /);
  t.match(stderr, /remote: link\.yaml:16:14 {2}DENY \[DM-OWN-002\] DataProduct\/sales\/linked /);
  t.match(stderr, /remote: out\.yaml:1:1 {2}WARN \[DM-FILE-016\]/);
  t.equal(code, 1);
});

t.test('bombs in a push are refused (CVE-2019-11253)', async t => {
  const { clone, push } = await startPushing(t, bundle);
  const head = 'apiVersion: dappmesh.io/v1alpha1\nkind: Mesh\nmetadata: {name: x}\n';
  const levels = Array.from(
    { length: 9 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
  );
  clone.write({
    'alias.yaml': `${head}l0: &l0 [a, a, a]\n${levels.join('\n')}\n`,
    'deep.json': `{"apiVersion": "dappmesh.io/v1alpha1", "a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    'keys.yaml': `${head}spec:\n  ${'? '.repeat(20_000)}a\n`,
  });
  await clone.commit();
  const { code, stderr } = await push('origin', 'main');
  t.match(stderr, /alias\.yaml:\d+:\d+ {2}DENY \[DM-FILE-006\]/);
  t.match(stderr, /deep\.json:\d+:\d+ {2}DENY \[DM-FILE-005\]/);
  t.match(stderr, /keys\.yaml:\d+:\d+ {2}DENY \[DM-FILE-005\]/);
  t.equal(code, 1);
});

t.test('each tree that is configured is a mesh of its own', async t => {
  const { server, clone, push } = await startPushing(t, bundle);
  const names = readdirSync(clone.folder).filter(name => name !== '.git');
  for (const stage of ['dev', 'prod']) {
    mkdirSync(join(clone.folder, 'clusters', stage), { recursive: true });
    for (const name of names)
      cpSync(join(clone.folder, name), join(clone.folder, 'clusters', stage, name), { recursive: true });
  }
  for (const name of names) rmSync(join(clone.folder, name), { recursive: true });
  await clone.commit();
  t.match(
    await push('origin', 'main'),
    { code: 1, stderr: /DM-FILE-009/ },
    'as one mesh, everything is there twice',
  );
  await server.git('config', '--add', 'dappmesh.tree', 'clusters/dev');
  await server.git('config', '--add', 'dappmesh.tree', './clusters/prod/');
  t.match(await push('origin', 'main'), {
    code: 0,
    stderr: /remote: dappmesh: main, clusters\/dev[^]*remote: dappmesh: main, clusters\/prod/,
  });
  await edit(clone, `clusters/prod/${ORDERS}`, 'teamRef: checkout', 'teamRef: nobody');
  t.match(await push('origin', 'main'), {
    code: 1,
    stderr: /remote: clusters\/prod\/domains\/sales\/orders\/product\.yaml:16:14/,
  });
});

t.test('a thousand files in one push are judged', async t => {
  const { clone, push } = await startPushing(t, bundle);
  const engine = (i: number): string =>
    `apiVersion: dappmesh.io/v1alpha1\nkind: EngineClass\nmetadata: {name: e${i}}\nspec: {role: sql, blueprint: b, description: Some words}\n`;
  clone.write(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`engines/e${i}.yaml`, engine(i)])));
  await clone.commit();
  t.match(await push('origin', 'main'), { code: 0, stderr: /10\d\d objects judged/ });
});

t.test('a push that cannot be judged is refused, and the text says why', async t => {
  const { server, clone, push } = await startPushing(t, bundle);
  const hook = join(server.folder, 'hooks/pre-receive');
  const original = await readFile(hook, 'utf8');
  const withHook = async (text: string): Promise<void> => {
    await writeFile(hook, text);
    await chmod(hook, 0o755);
  };
  const refused = async (says: RegExp, name: string): Promise<void> => {
    const { code, stderr } = await push('origin', 'main');
    t.match(stderr, says, name);
    t.match(stderr, /pre-receive hook declined/, name);
    t.equal(code, 1, name);
    t.not((await server.tryGit(['rev-parse', '--verify', 'main'])).code, 0, name);
  };

  await withHook(original.replace(/^node=.*$/m, 'node=/nowhere/node'));
  await refused(
    /remote: dappmesh: the push could not be judged and is refused: there is no node at \/nowhere\/node/,
    'no node',
  );
  await withHook(original.replace(/^dappmesh=.*$/m, 'dappmesh=/nowhere/dappmesh.mjs'));
  await refused(/there is no dappmesh at \/nowhere/, 'no dappmesh');
  await withHook(original.replace(/^node=.*$/m, 'node=/bin/false'));
  await refused(/pre-receive hook declined/, 'a node that does nothing');
  await withHook(
    original
      .replace(/^node=.*$/m, "node='/bin/sh'")
      .replace(/^dappmesh=.*$/m, `dappmesh='${join(server.folder, 'crash')}'`),
  );
  await writeFile(join(server.folder, 'crash'), 'kill -9 $$\n');
  await refused(/refused: dappmesh ended with code 137/, 'a crash');
  await withHook(original.replace(/^bundle=.*$/m, 'bundle=/nowhere/bundle.tar.gz'));
  await refused(/there is no policy bundle at \/nowhere\/bundle\.tar\.gz/, 'no bundle');
  await refused(/could not be judged and is refused: see above/, 'no bundle, summed up');
  await withHook(original);
  await server.git('config', 'dappmesh.timeout', '0.01');
  await refused(/refused: it took longer than 0\.01 seconds/, 'too slow');
  await server.git('config', 'dappmesh.timeout', 'soon');
  await refused(/dappmesh\.timeout is no number of seconds/, 'a setting that is wrong');
  await server.git('config', 'dappmesh.timeout', '3600');
  await server.git('config', 'dappmesh.trees', 'clusters');
  await refused(/dappmesh\.trees is no setting/, 'a setting that is misspelt');
  await server.git('config', '--unset', 'dappmesh.trees');
  t.match(await push('origin', 'main'), { code: 0 }, 'and then it is judged again');
  t.equal(await server.git('rev-parse', 'main'), await clone.git('rev-parse', 'main'));
});

t.test('a fault of the engine refuses the push, and is no verdict on it', async t => {
  const { push } = await startPushing(t, await buildAbortingBundle(t));
  const { code, stderr } = await push('origin', 'main');
  t.match(stderr, /remote: .* DENY \[DM-ENGINE-002\] DataProduct\/sales\/orders/);
  t.match(stderr, /remote: could not judge: 1 denial, 0 warnings; /);
  t.match(stderr, /remote: dappmesh: the push could not be judged and is refused: see above/);
  t.match(stderr, /remote: dappmesh: this is no verdict on the push/);
  t.equal(code, 1);
});
