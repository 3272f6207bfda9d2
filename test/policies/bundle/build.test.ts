import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { buildBundle } from '../../../policies/bundle/build.ts';
import { OpaError } from '../../../policies/bundle/opa.ts';
import { readBundle } from '../../../policies/bundle/repack.ts';
import { ROOT } from '../../../policies/bundle/sources.ts';
import { MetadataError, parseRules } from '../../../policies/engine/loading/metadata.ts';
import { isPolicy } from '../../../policies/engine/verdict/policy.ts';
import { runCommand } from '../../../tools/run-command.ts';

/** A policy in a folder of its own, its METADATA complete; gives the folder of all sources. */
async function writePolicy(
  dir: string,
  body: string,
  edit = (text: string): string => text,
): Promise<string> {
  const text = `package dappmesh.governance.strange

# METADATA
# schemas:
#   - input: schema["review-data-product"]
# title: Strange
# description: It is there to be built.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
#   operations: [CREATE]
#   severity: low
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: do nothing
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "strange", "details": {}} if {
${body}
}
`;
  await mkdir(join(dir, 'governance', 'strange'), { recursive: true });
  await writeFile(join(dir, 'governance', 'strange', 'strange.rego'), edit(text));
  return join(dir, 'governance');
}

t.test('the bundle holds module, manifest and data, and no sources', async t => {
  const built = await buildBundle({ output: join(t.testdir(), 'bundle.tar.gz') });
  const files = await readBundle(built.path);
  t.strictSame([...files.keys()].toSorted(), ['.manifest', 'data.json', 'policy.wasm']);
  const manifest = JSON.parse(Buffer.from(files.get('.manifest') ?? []).toString()) as { revision: string };
  t.equal(manifest.revision, built.revision);
  t.match(built.revision, /^[0-9a-f]{16}$/);
  t.equal(built.bytes, (await readFile(built.path)).length);
  t.equal(parseRules(manifest).filter(isPolicy).length, 19, 'sixteen governance policies and three defaults');
});

t.test('the same sources give the same bytes', async t => {
  const dir = t.testdir();
  const outputs = ['first', 'second', 'third'].map(name => join(dir, `${name}.tar.gz`));
  const contents = [];
  for (const output of outputs) contents.push(await readFile((await buildBundle({ output })).path));
  for (const content of contents) t.ok(content.equals(contents[0] ?? Buffer.alloc(0)));
});

t.test('another rule is another revision, and tests are no part of it', async t => {
  const dir = t.testdir();
  const output = join(dir, 'bundle.tar.gz');
  const sources = [await writePolicy(dir, '\tinput.request.object.spec.version == "1.0.0"')];
  const before = await buildBundle({ sources, output });
  await writeFile(
    join(dir, 'governance', 'strange', 'strange_test.rego'),
    'package strange_test\n\ntest_x if true\n',
  );
  t.equal((await buildBundle({ sources, output })).revision, before.revision);
  await writePolicy(dir, '\tinput.request.object.spec.version == "1.0.1"');
  t.not((await buildBundle({ sources, output })).revision, before.revision);
});

const REFUSED: readonly (readonly [title: string, body: string, message: RegExp])[] = [
  [
    'a call to the network',
    '\thttp.send({"method": "get", "url": "http://example.org"})',
    /undefined function http\.send/,
  ],
  ['the clock', '\ttime.now_ns() > 0', /undefined function time\.now_ns/],
  ['randomness', '\trand.intn("x", 2) == 0', /undefined function rand\.intn/],
  ['the runtime', '\topa.runtime().env', /undefined function opa\.runtime/],
  ['output', '\ttrace("x")', /undefined function trace/],
  [
    'a regular expression that can backtrack',
    '\tcount(regex.split("a", "b")) > 0',
    /undefined function regex\.split/,
  ],
  [
    'a built-in that Wasm lacks',
    '\ttime.parse_rfc3339_ns("x") > 0',
    /undefined function time\.parse_rfc3339_ns/,
  ],
  [
    'a misspelt field',
    '\tinput.request.object.spec.ownr.teamRef == "x"',
    /undefined ref: input\.request\.object\.spec\.ownr/,
  ],
  [
    'a field of the review that there is not',
    '\tinput.request.user == "x"',
    /undefined ref: input\.request\.user/,
  ],
  ['an unused variable', '\tx := 1', /assigned var x unused/],
  ['what is no Rego', '\t((', /rego_parse_error/],
];
for (const [title, body, message] of REFUSED) {
  t.test(`${title} is an error with file and line`, async t => {
    const dir = t.testdir();
    const sources = [await writePolicy(dir, body)];
    const error = await buildBundle({ sources, output: join(dir, 'bundle.tar.gz') }).catch(
      (reason: unknown) => reason,
    );
    t.type(error, OpaError);
    t.match((error as Error).message, message);
    t.match((error as Error).message, /governance\/strange\/strange\.rego:(19|20)/);
  });
}

t.test('faulty METADATA is an error with file and field, and the old bundle stays', async t => {
  const dir = t.testdir();
  const output = join(dir, 'bundle.tar.gz');
  const body = '\tinput.request.object.spec.suspend == true';
  const sources = [await writePolicy(dir, body)];
  const { revision } = await buildBundle({ sources, output });
  await writePolicy(dir, body, text => text.replace('severity: low', 'severity: odd'));
  const error = await buildBundle({ sources, output }).catch((reason: unknown) => reason);
  t.type(error, MetadataError);
  t.match(
    (error as Error).message,
    'policies/governance/strange/strange.rego: custom.severity: "odd" is none of',
  );
  const manifest = (await readBundle(output)).get('.manifest') ?? new Uint8Array();
  t.equal((JSON.parse(Buffer.from(manifest).toString()) as { revision: string }).revision, revision);
  t.strictSame(
    (await readdir(dir)).toSorted(),
    ['bundle.tar.gz', 'governance'],
    'nothing half is left behind',
  );
});

t.test('the command says what it built, or what is wrong and where', async t => {
  const dir = t.testdir();
  const output = join(dir, 'bundle.tar.gz');
  const main = join(ROOT, 'policies/bundle/main.ts');
  const sources = await writePolicy(dir, '\tinput.request.object.spec.suspend == true');
  const good = await runCommand(process.execPath, [main, '--output', output, '--sources', sources]);
  t.equal(good.code, 0, good.stderr);
  t.match(good.stdout, /bundle\.tar\.gz: revision [0-9a-f]{16}, \d+ bytes\n$/);
  await writePolicy(dir, '\tinput.request.object.spec.suspnd == true');
  const bad = await runCommand(process.execPath, [main, '--output', output, '--sources', sources]);
  t.equal(bad.code, 1);
  t.match(bad.stderr, /strange\.rego:19: rego_type_error/);
  const missing = await runCommand(process.execPath, [
    main,
    '--output',
    output,
    '--sources',
    join(dir, 'nowhere'),
  ]);
  t.equal(missing.code, 1);
  t.match(missing.stderr, 'nowhere');
});
