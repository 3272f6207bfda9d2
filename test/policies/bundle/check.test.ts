import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { checkPolicies } from '../../../policies/bundle/check.ts';
import { ROOT } from '../../../policies/bundle/sources.ts';

/** Results with faults, by name. */
async function failuresOf(root: string): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for await (const { name, faults } of checkPolicies(SOURCES, root)) {
    if (faults.length > 0) failures.set(name, faults.join('\n'));
  }
  return failures;
}

const SOURCES = ['policies/governance'];
const OWNER = 'policies/governance/owner-present/owner-present.rego';

/** One policy with what its tests need in a folder of the test, a file edited; gives the folder. */
async function spoil(dir: string, file: string, edit: (text: string) => string): Promise<string> {
  for (const part of ['owner-present', 'lib/fixture']) {
    await cp(join(ROOT, 'policies/governance', part), join(dir, 'policies/governance', part), {
      recursive: true,
    });
  }
  const path = join(dir, file);
  await writeFile(path, edit(await readFile(path, 'utf8')));
  return dir;
}

// That the policies themselves are in order is one of the checks (test/run/checks.ts).
t.test('every test and every other check is a result with a name of its own', async t => {
  const root = await spoil(t.testdir(), OWNER, text => text);
  const names: string[] = [];
  for await (const { name } of checkPolicies(SOURCES, root)) names.push(name);
  t.equal(new Set(names).size, names.length);
  const tests = (await readFile(join(root, OWNER.replace('.rego', '_test.rego')), 'utf8')).match(
    /^test_\w+/gm,
  );
  for (const test of tests ?? [])
    t.ok(
      names.some(name => name.includes(test)),
      test,
    );
  t.ok(names.length > (tests ?? []).length);
});

t.test('a rule that no test runs, and a test that fails, are told with file and line', async t => {
  const root = await spoil(t.testdir(), OWNER, text =>
    text.replace('"no team is set"', '"no teams are set"'),
  );
  t.strictSame([...(await failuresOf(root)).keys()], []);
  const untested = await spoil(t.testdir(), OWNER, text => `${text}\n_spare(x) if x == "spare"\n`);
  const failures = await failuresOf(untested);
  t.match([...failures.values()].join('\n'), /owner-present\.rego:\d+: no test runs this/);
  const failing = await spoil(t.testdir(), OWNER, text => text.replace('!= ""\n}', '!= "x"\n}'));
  t.match([...(await failuresOf(failing)).values()].join('\n'), /owner-present_test\.rego:\d+: it fails/);
});

t.test('a file that is not formatted is named', async t => {
  const root = await spoil(t.testdir(), OWNER, text => text.replaceAll('\t', '  '));
  t.match((await failuresOf(root)).get('format'), 'owner-present.rego');
});

t.test('a misspelt field and a forbidden built-in are told with file and line', async t => {
  const root = await spoil(t.testdir(), OWNER, text => text.replaceAll('owner.teamRef)', 'owner.temRef)'));
  t.match(
    (await failuresOf(root)).get('types and built-ins of policies'),
    /owner-present\.rego:\d+: rego_type_error/,
  );
  const calling = await spoil(t.testdir(), OWNER, text => `${text}\n_now := time.now_ns()\n`);
  t.match(
    (await failuresOf(calling)).get('types and built-ins of policies'),
    /undefined function time\.now_ns/,
  );
});

t.test('faulty METADATA and missing tests are told', async t => {
  const root = await spoil(t.testdir(), OWNER, text => text.replace('severity: high', 'severity: odd'));
  t.match((await failuresOf(root)).get('METADATA'), 'custom.severity');
  const dir = t.testdir();
  const untested = await spoil(dir, OWNER, text => text);
  await rm(join(dir, OWNER.replace('.rego', '_test.rego')));
  t.match((await failuresOf(untested)).get('tests beside every file'), 'owner-present.rego has no tests');
});
