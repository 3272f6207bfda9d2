import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { conventionFaults, folderFaults, type Tree } from '../../../policies/bundle/conventions.ts';
import { runOpa } from '../../../policies/bundle/opa.ts';
import type { Policy } from '../../../policies/engine/verdict/policy.ts';

const POLICY: Policy = {
  family: 'governance',
  name: 'odd-one',
  code: 'DM-TST-001',
  title: 'Odd one',
  description: 'It is odd.',
  kinds: ['DataProduct'],
  operations: ['CREATE'],
  severity: 'low',
  enforce: { push: 'deny', admission: 'deny', audit: 'deny' },
  remedy: 'none',
  scope: ['object'],
  inventory: [],
  metadata: [],
  entrypoint: 'dappmesh/governance/odd_one/violations',
};

const GOOD = `package dappmesh.governance.odd_one

violations contains {"path": [], "message": "odd", "details": {}} if _is_odd

_is_odd if input.request.object.spec.version
`;

interface Variant {
  readonly file?: string;
  readonly text?: string;
  readonly policy?: Partial<Policy>;
  readonly isKnown?: boolean;
}

async function faultsOf(
  dir: string,
  { file, text = GOOD, policy = {}, isKnown = true }: Variant,
): Promise<string[]> {
  const name = file ?? 'policies/governance/odd-one/odd-one.rego';
  const path = join(dir, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  const tree = JSON.parse(await runOpa(['parse', '--format=json', path])) as Tree;
  return conventionFaults({ file: name, text, tree }, isKnown ? { ...POLICY, ...policy } : undefined);
}

t.test('a policy that keeps the conventions has no faults', async t => {
  t.strictSame(await faultsOf(t.testdir(), {}), []);
  const unnegated = GOOD.replace(
    '_is_odd\n',
    '_is_odd\n\n_is_even if not input.request.object.spec.version == "1"\n',
  );
  t.strictSame(await faultsOf(t.testdir(), { text: unnegated }), []);
});

const FAULTS: readonly (readonly [title: string, variant: Variant, fault: RegExp])[] = [
  [
    'another file name than its folder',
    { file: 'policies/governance/odd-one/odd.rego' },
    /should be odd-one\.rego/,
  ],
  [
    'another package than its folder',
    { text: GOOD.replace('odd_one', 'odd') },
    /package should be dappmesh\.governance\.odd_one/,
  ],
  ['no METADATA', { isKnown: false }, /METADATA with entrypoint: true/],
  ['a second public rule', { text: GOOD.replaceAll('_is_odd', 'is_odd') }, /is_odd is public/],
  ['a reading of the old object', { text: GOOD.replace('object.spec', 'oldObject.spec') }, /it reads old/],
  [
    'a reading of the user',
    { text: GOOD.replace('object.spec.version', 'userInfo.username') },
    /it reads user/,
  ],
  [
    'a reading of the clock',
    { text: GOOD.replace('request.object.spec.version', 'context.now') },
    /it reads clock/,
  ],
  [
    'a reading of the inventory',
    { text: GOOD.replace('input.request', 'data.inventory') },
    /it reads inventory/,
  ],
  [
    'a scope that it does not read',
    { policy: { scope: ['object', 'user'] } },
    /names user, which it does not read/,
  ],
  [
    'a negated call of what may be absent',
    {
      text: GOOD.replace(
        'if input.request.object.spec.version',
        'if not startswith(input.request.object.spec.version, "1")',
      ),
    },
    /"not startswith\(…\)"/,
  ],
  [
    'a negated membership of what may be absent',
    {
      text: GOOD.replace(
        'if input.request.object.spec.version',
        'if not input.request.object.spec.version in {"1"}',
      ),
    },
    /"not internal\.member_2\(…\)"/,
  ],
  [
    'a negated comparison of a call of what may be absent',
    {
      text: GOOD.replace(
        'if input.request.object.spec.version',
        'if not count(input.request.object.spec.version) == 1',
      ),
    },
    /"not equal\(…\)"/,
  ],
];
for (const [title, variant, fault] of FAULTS) {
  t.test(`${title} is a fault`, async t => {
    const faults = await faultsOf(t.testdir(), variant);
    t.equal(faults.length, 1, faults.join('\n'));
    t.match(faults[0], fault);
  });
}

t.test('shared Rego is named after what it gives', async t => {
  const file = 'policies/governance/lib/odd/odd.rego';
  const text = 'package dappmesh.governance.lib.odd\n\nversion(x) := x.version\n';
  t.strictSame(await faultsOf(t.testdir(), { file, text, isKnown: false }), []);
  const faults = await faultsOf(t.testdir(), {
    file,
    text: text.replace('version(x)', 'get_version(x)'),
    isKnown: false,
  });
  t.strictSame(faults, ['get_version should be named after what it gives']);
});

t.test('every file has tests beside it', async t => {
  t.strictSame(folderFaults(['a/a.rego', 'a/a_test.rego', 'b/b_test.rego']), []);
  t.strictSame(folderFaults(['a/a.rego', 'b/a_test.rego']), ['a/a.rego has no tests beside it']);
});
