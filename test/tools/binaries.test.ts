import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import t from 'tap';
import { findBinaries, findBinary } from '../../tools/binaries.ts';
import { BinaryMissingError } from '../../tools/binary-missing-error.ts';
import { pinnedBinary } from '../../tools/pinned.ts';

const OPA = pinnedBinary('opa').version;
const KUBERNETES = pinnedBinary('kubectl').version;

t.test('the variable of its name comes first', async t => {
  const root = t.testdir();
  const chosen = await program(join(root, 'mine'));
  await program(join(root, `cache/dappmesh/tools/opa-${OPA}/opa`));
  t.equal(await findBinary('opa', { env: { ...bare(root), OPA: chosen } }), chosen);
});

t.test('dashes of a name are underscores in its variable', async t => {
  const root = t.testdir();
  const chosen = await program(join(root, 'mine'));
  t.equal(await findBinary('kube-apiserver', { env: { ...bare(root), KUBE_APISERVER: chosen } }), chosen);
});

t.test('a variable that names nothing is an error, not a reason to look elsewhere', async t => {
  const root = t.testdir();
  await program(join(root, `cache/dappmesh/tools/opa-${OPA}/opa`));
  const env = { ...bare(root), OPA: join(root, 'absent') };
  await t.rejects(findBinary('opa', { env }), { message: /OPA=.*absent is not a file that can be run/ });
});

t.test('KUBEBUILDER_ASSETS holds the binaries of envtest, and only those', async t => {
  const root = t.testdir();
  const env = { ...bare(root), KUBEBUILDER_ASSETS: join(root, 'assets') };
  const etcd = await program(join(root, 'assets/etcd'));
  await program(join(root, 'assets/opa'));
  t.equal(await findBinary('etcd', { env }), etcd);
  await t.rejects(findBinary('opa', { env }), BinaryMissingError);
});

t.test('the cache comes before the PATH', async t => {
  const root = t.testdir();
  const cached = await program(join(root, `cache/dappmesh/tools/opa-${OPA}/opa`));
  await program(join(root, 'bin/opa'), `Version: ${OPA.slice(1)}`);
  t.equal(await findBinary('opa', { env: bare(root) }), cached);
});

const REPORTS: [title: string, says: string, accepted: boolean][] = [
  ['the pinned version', `Client Version: ${KUBERNETES}\nKustomize Version: v5.8.1`, true],
  ['the pinned version without a v', `Version: ${KUBERNETES.slice(1)}`, true],
  ['an older version', 'Client Version: v1.32.4', false],
  ['a version that only starts alike', `Client Version: ${KUBERNETES}0`, false],
  ['a pre-release of the version', `Client Version: ${KUBERNETES}-rc.1`, false],
  ['nothing', '', false],
];

for (const [title, says, accepted] of REPORTS) {
  t.test(`on the PATH, ${title} is ${accepted ? 'accepted' : 'refused'}`, async t => {
    const root = t.testdir();
    const path = await program(join(root, 'bin/kubectl'), says);
    const found = findBinary('kubectl', { env: bare(root) });
    if (accepted) t.equal(await found, path);
    else await t.rejects(found, BinaryMissingError);
  });
}

t.test('without Go, one error names everything that is missing and three ways to get it', async t => {
  const root = t.testdir();
  const error = await findBinaries(['opa', 'etcd'], { env: bare(root) }).catch(error => error);
  t.type(error, BinaryMissingError);
  t.match(error.message, `opa ${OPA}, etcd ${pinnedBinary('etcd').version}`);
  t.match(error.message, '1. install Go');
  t.match(error.message, 'OPA=/path/to/opa ETCD=/path/to/etcd');
  t.match(error.message, join(root, `cache/dappmesh/tools/opa-${OPA}/opa`));
});

t.test('with Go it is built once, into the cache, however many ask', async t => {
  const root = t.testdir();
  const env = bare(root);
  await fakeGo(root, 'sleep 0.3; echo built >> "$COUNT"; echo program > "$out"; chmod +x "$out"');
  const options = { env: { ...env, COUNT: join(root, 'count') }, output: output() };
  const paths = await Promise.all([
    findBinary('opa', options),
    findBinary('opa', options),
    findBinary('opa', options),
  ]);
  const target = join(root, `cache/dappmesh/tools/opa-${OPA}/opa`);
  t.strictSame(paths, [target, target, target]);
  t.equal(await readFile(join(root, 'count'), 'utf8'), 'built\n');
  t.strictSame(await readdir(dirname(target)), ['opa']);
});

t.test('progress says what is built and which of how many', async t => {
  const root = t.testdir();
  await fakeGo(root, 'echo program > "$out"; chmod +x "$out"');
  const lines = output();
  await findBinaries(['opa', 'etcd'], { env: bare(root), output: lines });
  t.match(lines.text(), `[1/2] opa ${OPA}  building from source`);
  t.match(lines.text(), /\[2\/2\] etcd v[0-9.]+  built in \d+ s/);
});

t.test('a failed build shows what Go said and leaves nothing', async t => {
  const root = t.testdir();
  await fakeGo(root, 'echo "go: no such module" >&2; exit 1');
  const found = findBinary('opa', { env: bare(root), output: output() });
  await t.rejects(found, { message: /go build of opa .* failed:\ngo: no such module/ });
  t.strictSame(await readdir(join(root, `cache/dappmesh/tools/opa-${OPA}`)), []);
});

t.test('the lock of a process that is gone is taken over', async t => {
  const root = t.testdir();
  const target = join(root, `cache/dappmesh/tools/opa-${OPA}/opa`);
  await mkdir(dirname(target), { recursive: true });
  // Above the largest process id that Linux gives.
  await writeFile(`${target}.lock`, '4194999\n');
  await fakeGo(root, 'echo program > "$out"; chmod +x "$out"');
  t.equal(await findBinary('opa', { env: bare(root), output: output() }), target);
});

t.test('GOFLAGS and the rest of the environment reach go', async t => {
  const root = t.testdir();
  await fakeGo(root, 'echo "$GOFLAGS" > "$SEEN"; echo program > "$out"; chmod +x "$out"');
  const seen = join(root, 'seen');
  const env = { ...bare(root), GOFLAGS: '-p=1', SEEN: seen };
  await findBinary('opa', { env, output: output() });
  t.equal(await readFile(seen, 'utf8'), '-p=1\n');
});

/** An environment that knows of nothing on this machine. */
function bare(root: string): NodeJS.ProcessEnv {
  return { XDG_CACHE_HOME: join(root, 'cache'), PATH: join(root, 'bin') };
}

async function program(path: string, says = ''): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\nprintf '%s' '${says}'\n`);
  await chmod(path, 0o755);
  return path;
}

/** A `go` that runs `script`, with `$out` set to what follows `-o`. */
async function fakeGo(root: string, script: string): Promise<void> {
  const path = join(root, 'bin/go');
  await mkdir(dirname(path), { recursive: true });
  const findOutput = 'while [ "$1" != "-o" ]; do shift; done; out="$2"';
  await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${findOutput}\n${script}\n`);
  await chmod(path, 0o755);
}

function output(): NodeJS.WriteStream & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough().on('data', chunk => chunks.push(chunk));
  return Object.assign(stream as unknown as NodeJS.WriteStream, {
    text: () => Buffer.concat(chunks).toString(),
  });
}
