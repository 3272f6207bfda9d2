import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { generatePolicyFiles } from '../../../policies/bundle/generate.ts';
import { inspectPolicies } from '../../../policies/bundle/inspect.ts';
import { CAPABILITIES_FILE, DEFAULT_SOURCES, ROOT } from '../../../policies/bundle/sources.ts';

const files = await generatePolicyFiles();

for (const [file, content] of files) {
  t.test(`${file} is what follows from the policies and the pinned opa`, async t => {
    t.equal(await readFile(join(ROOT, file), 'utf8'), content, 'node policies/bundle/generate.ts writes it');
  });
}

t.test(
  'policies may call what is native in Wasm and what the host adds, and nothing that reaches out',
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
    for (const name of ['sprintf', 'json.is_valid', 'semver.compare', 'semver.is_valid'])
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
      'json.patch',
      'units.parse',
      'strings.any_prefix_match',
    ])
      t.notOk(names.has(name), name);
  },
);

t.test('the reference describes every policy', async t => {
  const reference = files.get('docs/policies.md') ?? '';
  for (const policy of await inspectPolicies(DEFAULT_SOURCES)) {
    t.match(reference, `### ${policy.code} ${policy.name}\n\n${policy.description}\n`);
    if (policy.family === 'governance') t.match(reference, `- remedy: ${policy.remedy}\n`);
  }
});

/** Code, kinds and enforcement (push, admission, audit) of the catalogue; `fix/mutate/–` is off as a verdict. */
const CATALOGUE: readonly (readonly [code: string, name: string, kinds: string, enforcement: string])[] = [
  ['DM-ACC-003', 'input-needs-agreement', 'P', 'DDD'],
  ['DM-LIF-002', 'lifecycle-transition', 'PC', 'DDD'],
  ['DM-OWN-001', 'owner-present', 'P', 'DDD'],
  ['DM-OWN-002', 'owner-exists', 'P', 'DWD'],
  ['DM-OWN-003', 'domain-exists', 'PC', 'DWD'],
  ['DM-OWN-004', 'author-in-team', 'PC', 'DD–'],
  ['DM-OWN-007', 'name-format', 'PC', 'DDD'],
  ['DM-OWN-009', 'identity-immutable', 'PC', 'DD–'],
  ['DM-PRV-003', 'pii-flag', 'P', 'DDD'],
  ['DM-SEC-001', 'residency', 'PC', 'DDD'],
  ['DM-VER-002', 'semver-valid', 'PC', 'DDD'],
  ['DM-VER-003', 'semver-monotonic', 'C', 'DW–'],
  ['DM-VER-008', 'odcs-valid', 'C', 'DDD'],
  ['DM-VER-009', 'output-port-has-contract', 'P', 'DWD'],
  ['DM-GOV-003', 'cost-label', 'P', '–––'],
  ['DM-GOV-003', 'notice-period', 'CA', '–––'],
  ['DM-GOV-003', 'ownership-labels', 'PCA', '–––'],
];

t.test('codes, kinds and enforcement are those of the catalogue', async t => {
  const letters: Readonly<Record<string, string>> = { deny: 'D', warn: 'W', off: '–' };
  const initials: Readonly<Record<string, string>> = {
    DataProduct: 'P',
    DataContract: 'C',
    AccessAgreement: 'A',
  };
  const rows = (await inspectPolicies(DEFAULT_SOURCES)).map(({ code, name, kinds, enforce }) => [
    code,
    name,
    kinds.map(kind => initials[kind] ?? kind).join(''),
    [enforce.push, enforce.admission, enforce.audit].map(level => letters[level]).join(''),
  ]);
  t.strictSame(rows, CATALOGUE);
});
