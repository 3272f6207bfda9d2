import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { generatePolicyFiles } from '../../../policies/bundle/generate.ts';
import { inspectRules } from '../../../policies/bundle/inspect.ts';
import { CAPABILITIES_FILE, DEFAULT_SOURCES, ROOT } from '../../../policies/bundle/sources.ts';
import { isPolicy } from '../../../policies/engine/verdict/policy.ts';

const files = await generatePolicyFiles();

for (const [file, content] of files) {
  t.test(`${file} is what follows from the policies and the pinned opa`, async t => {
    t.equal(await readFile(join(ROOT, file), 'utf8'), content, 'node policies/bundle/generate.ts writes it');
  });
}

t.test(
  'policies may call what is native in Wasm and what the host adds, and nothing that reaches out (GHSA-fmqp-4wfc-w3v7, GHSA-qr4g-8hrp-c4rw, GHSA-459x-q9hg-4gpq)',
  async t => {
    const { builtins } = JSON.parse(files.get(CAPABILITIES_FILE) ?? '') as { builtins: { name: string }[] };
    const names = new Set(builtins.map(({ name }) => name));
    for (const name of [
      'startswith',
      'regex.match',
      'walk',
      'object.get',
      'internal.member_2',
      'internal.template_string',
    ])
      t.ok(names.has(name), name);
    for (const name of ['sprintf', 'semver.compare', 'semver.is_valid', 'json.match_schema'])
      t.ok(names.has(name), name);
    for (const name of [
      'http.send',
      'net.lookup_ip_addr',
      'opa.runtime',
      'time.now_ns',
      'rand.intn',
      'uuid.rfc4122',
      'trace',
      'print',
      'internal.print',
      'regex.split',
      'regex.replace',
      'yaml.unmarshal',
      'json.is_valid',
      'json.unmarshal',
      'json.patch',
      'units.parse',
      'strings.any_prefix_match',
    ])
      t.notOk(names.has(name), name);
  },
);

t.test('the reference describes every policy and every blueprint', async t => {
  const reference = files.get('docs/policies.md') ?? '';
  const rules = await inspectRules(DEFAULT_SOURCES);
  for (const { name, title, description } of rules.filter(rule => !isPolicy(rule)))
    t.match(reference, `### ${name}\n\n${title}. ${description}\n`);
  for (const policy of rules.filter(isPolicy)) {
    t.match(reference, `### ${policy.code} ${policy.name}\n\n${policy.description}\n`);
    if (policy.family === 'governance') t.match(reference, `- remedy: ${policy.remedy}\n`);
  }
});
