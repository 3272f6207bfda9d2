// `dappmesh check` as a process: arguments, exit codes, streams.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { buildBundle } from '../../../policies/bundle/build.ts';
import { buildAbortingBundle } from '../aborting-policy.ts';
import { createRepository, createRetail } from '../git-repository.ts';
import { buildTestBundle, type Ended, EXAMPLES, type RunOptions, runDappmesh } from '../run-dappmesh.ts';

const RETAIL = join(EXAMPLES, 'retail');
const ORDERS = 'domains/sales/orders/product.yaml';

let bundle: string;

t.before(async () => {
  bundle = await buildTestBundle(t);
});

function check(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runDappmesh(['check', '--bundle', bundle, ...args], { cwd: RETAIL, ...options });
}

function ordersWith(from: string, to: string): string {
  const text = readFileSync(join(RETAIL, ORDERS), 'utf8');
  if (!text.includes(from)) throw new Error(`the example does not hold ${from}`);
  return text.replace(from, to);
}

t.test('the example mesh is allowed', async t => {
  const { code, stdout, stderr } = await check([]);
  t.match(stdout, /^allowed: 0 denials, 0 warnings; \d+ objects judged in \d+ files/);
  t.equal(stderr, '');
  t.equal(code, 0);
});

t.test('a denial is shown with its line and remedy, and ends with 1', async t => {
  const { code, stdout } = await check(['-'], { input: ordersWith('teamRef: checkout', 'teamRef: nobody') });
  t.match(stdout, /^stdin:16:14 {2}DENY \[DM-OWN-002\] DataProduct\/sales\/orders spec\.owner\.teamRef: /);
  t.match(stdout, /\n {4}16 \| {5}teamRef: nobody\n {7}\| {14}\^\n {4}remedy: /);
  t.match(stdout, /\ndenied: 1 denial, 0 warnings; 1 object judged/);
  t.equal(code, 1);
});

t.test('every finding of every object is reported at once', async t => {
  const input = `${ordersWith('teamRef: checkout', 'teamRef: nobody').replace('residency: eu-central', 'residency: mars')}---\napiVersion: dappmesh.io/v1\nkind: Mesh\n`;
  const { stdout } = await check(['-', '--output', 'json'], { input });
  t.strictSame(
    JSON.parse(stdout).findings.map(({ code }: { code: string }) => code),
    ['DM-OWN-002', 'DM-SEC-001', 'DM-FILE-010'],
  );
});

t.test('an object without the structure of its kind is refused as the API server would', async t => {
  const { stdout } = await check(['-', '--output', 'json'], {
    input: ordersWith('teamRef: checkout', 'taemRef: checkout'),
  });
  t.match(JSON.parse(stdout).findings, [
    { code: 'DM-OWN-001' },
    { code: 'DM-SCHEMA-001', path: /taemRef/, line: 16 },
  ]);
});

t.test('defaults are filled in before anything is judged', async t => {
  const { code, stdout } = await check(['-', '--output', 'json'], {
    input: ordersWith('    dappmesh.io/domain: sales\n', ''),
  });
  t.strictSame(JSON.parse(stdout).findings, []);
  t.equal(code, 0);
});

t.test('a file from elsewhere is judged as a change of the tree, the tree itself as it stands', async t => {
  const moved = await check(['-'], { input: ordersWith('domainRef: sales', 'domainRef: logistics') });
  t.match(moved, { code: 1, stdout: /DENY \[DM-OWN-009\]/ });
  const lower = join(EXAMPLES, 'refused/DM-VER-003.yaml');
  t.match(await check([lower, '--tree', '.']), { code: 1, stdout: /DENY \[DM-VER-003\]/ });
  t.match(await check(['domains/sales/orders/contracts/1.1.0.yaml']), { code: 0 });
});

t.test('warnings allow, and with --strict they deny', async t => {
  const input = ordersWith('  name: orders\n', '  name: orders\n  annotations: {day: 2025-10-07}\n');
  const lenient = await check(['-'], { input });
  t.match(lenient, { code: 0, stdout: /WARN \[DM-FILE-008\]/ });
  t.match(await check(['-', '--strict'], { input }), { code: 1, stdout: /denied: 0 denials, 1 warning/ });
});

t.test('who pushes comes from the options or from the environment', async t => {
  const args = [ORDERS, '--output', 'json'];
  const skipped = async (more: string[], env: NodeJS.ProcessEnv = {}): Promise<unknown> => {
    const { stdout } = await check([...args, ...more], { env });
    const { summary, findings } = JSON.parse(stdout);
    return [summary.skipped, findings.map(({ code }: { code: string }) => code)];
  };
  t.strictSame(await skipped([]), [['DM-OWN-004'], []]);
  t.strictSame(await skipped(['--user', 'eve']), [[], ['DM-OWN-004']]);
  t.strictSame(await skipped(['--user', 'ada', '--group', 'sales-owners', 'others']), [[], []]);
  const env = { DAPPMESH_USER: 'ada', DAPPMESH_GROUPS: 'others, sales-owners' };
  t.strictSame(await skipped([], env), [[], []]);
  t.strictSame(await skipped(['--user', 'eve'], env), [[], ['DM-OWN-004']], 'groups of another do not count');
});

t.test('the clock can be set', async t => {
  const codes = async (now: string): Promise<string[]> => {
    const { stdout } = await check(['--now', now, '--output', 'json']);
    return [...new Set<string>(JSON.parse(stdout).findings.map(({ code }: { code: string }) => code))];
  };
  t.strictSame(await codes('2099-01-01T00:00:00Z'), ['DM-ACC-003']);
});

t.test('a revision and a range are judged without a checkout', async t => {
  const repository = await createRetail(join(t.testdir(), 'retail'));
  repository.write({ [ORDERS]: ordersWith('teamRef: checkout', 'teamRef: nobody') });
  await repository.commit();
  repository.remove('mesh');
  const cwd = repository.folder;
  t.match(await check(['--rev', 'HEAD~1'], { cwd }), { code: 0 });
  t.match(await check(['--rev', 'HEAD'], { cwd }), {
    code: 1,
    stdout: /^domains\/sales\/orders\/product\.yaml:16:14/,
  });
  t.match(await check(['--rev', 'HEAD', 'domains/customer'], { cwd }), { code: 0 });
  t.match(await check(['--range', 'HEAD~1..HEAD'], { cwd: join(cwd, 'domains') }), {
    code: 1,
    stdout: /^sales\/orders\/product\.yaml:16:14/,
  });
  t.match(await check(['--range', 'HEAD..HEAD~1'], { cwd }), { code: 0 });
});

/** arguments, what is said */
const UNJUDGED: readonly [string[], RegExp][] = [
  [['nowhere'], /there is no file or folder "nowhere"/],
  [['--rev', 'nowhere'], /"nowhere" is no revision/],
  [['--range', 'HEAD'], /--range takes base\.\.head/],
  [['--range', 'a..b', '--rev', 'c'], /exclude each other/],
  [['--range', 'a..b', 'path'], /takes no paths/],
  [['--range', 'a..b', '--cluster'], /not with a cluster/],
  [['--tree', 'nowhere'], /no folder/],
  [['--no-such-flag'], /unknown option '--no-such-flag'/],
  [['--output', 'html'], /Allowed choices are text, json, sarif, junit, github/],
  [['--now', 'tomorrow'], /2026-12-31T00:00:00Z/],
  [['--now', '2026-13-31T00:00:00Z'], /2026-12-31T00:00:00Z/],
  [['--cluster', '--kubeconfig', '/nowhere'], /the cluster could not be read/],
];

for (const [args, says] of UNJUDGED) {
  t.test(`check ${args.join(' ')} cannot judge`, async t => {
    const { code, stdout, stderr } = await check(args);
    t.match(stderr, says);
    t.notMatch(stderr, /\n\s+at /, 'no stack');
    t.equal(stdout, '');
    t.equal(code, 2);
  });
}

t.test('without a bundle there is no verdict, and the command that makes one is named', async t => {
  const missing = await runDappmesh(['check', '--bundle', 'no/bundle.tar.gz'], { cwd: RETAIL });
  t.match(missing, {
    code: 2,
    stdout: '',
    stderr: /there is no policy bundle at .*no\/bundle\.tar\.gz\n {2}run: /,
  });
  const broken = join(t.testdir({ 'broken.tar.gz': 'this is no bundle' }), 'broken.tar.gz');
  t.match(await runDappmesh(['check', '--bundle', broken], { cwd: RETAIL }), {
    code: 2,
    stdout: '',
    stderr: /the policy bundle cannot be used/,
  });
});

/** Says what it sees of an agreement: as it is, as it was, in the inventory, and in the inventory before. */
const SEEING = `package dappmesh.governance.seeing

import data.inventory

# METADATA
# title: Seeing
# description: Shows what is seen.
# entrypoint: true
# custom:
#   code: DM-TST-002
#   kinds: [AccessAgreement]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: none
#   scope: [object, old, inventory]
#   inventory: [AccessAgreement.spec.rawAccess]
violations contains {"path": ["spec"], "message": concat(" ", seen), "details": {}} if {
	some name
	stored := inventory.AccessAgreement.sales[name].spec.rawAccess
	before := data.base.inventory.AccessAgreement.sales[name].spec.rawAccess
	seen := [sprintf("%v", [value]) |
		some value in [input.request.object.spec.rawAccess, input.request.oldObject.spec.rawAccess, stored, before]
	]
}
`;

t.test(
  'what the CRD fills in is there before anything is judged, in every object that a policy sees',
  async t => {
    const policies = t.testdir({ governance: { seeing: { 'seeing.rego': SEEING } } });
    const { path } = await buildBundle({
      sources: [join(policies, 'governance')],
      output: join(policies, 'bundle.tar.gz'),
    });
    const repository = await createRepository(join(policies, 'tree'));
    const write = (purpose: string): void =>
      repository.write({
        'a.yaml': `apiVersion: dappmesh.io/v1alpha1
kind: AccessAgreement
metadata: {name: a, namespace: sales}
spec: {provider: {product: p, port: q, major: 1}, consumer: {namespace: n, product: c}, purpose: ${purpose}}
`,
      });
    write('One');
    await repository.commit();
    write('Two');
    await repository.commit();
    const args = ['check', '--range', 'HEAD~1..HEAD', '--bundle', path];
    t.match(await runDappmesh(args, { cwd: repository.folder }), {
      code: 1,
      stdout: /DENY \[DM-TST-002\] .*: false false false false\n/,
    });
  },
);

t.test('writing a default of the CRD out changes nothing', async t => {
  const repository = await createRetail(join(t.testdir(), 'retail'));
  repository.write({ [ORDERS]: ordersWith('  domainRef: sales', '  suspend: false\n  domainRef: sales') });
  await repository.commit();
  t.match(await check(['--range', 'HEAD~1..HEAD'], { cwd: repository.folder }), {
    code: 0,
    stdout: /; 0 objects judged/,
  });
});

t.test('a policy that aborts refuses, and is no verdict', async t => {
  const path = await buildAbortingBundle(t);
  const { code, stdout } = await runDappmesh(['check', ORDERS, '--bundle', path], { cwd: RETAIL });
  t.match(stdout, /DENY \[DM-ENGINE-002\] DataProduct\/sales\/orders: .*\(DM-TST-001\)/);
  t.match(stdout, /\ncould not judge: 1 denial, /);
  t.equal(code, 2);
});

t.test('every format comes out of the command', async t => {
  const input = ordersWith('teamRef: checkout', 'teamRef: nobody');
  for (const [format, start] of [
    ['sarif', /^\{\n {2}"\$schema"/],
    ['junit', /^<\?xml/],
    ['github', /^::error file=stdin,line=16,col=14,title=DM-OWN-002 /],
  ] as const) {
    t.match(await check(['-', '--output', format], { input }), { code: 1, stdout: start }, format);
  }
});

t.test('three thousand files are read, and what is not ours is left alone', async t => {
  const folder = t.testdir({});
  for (let i = 0; i < 3000; i++) {
    const below = join(folder, `d${i % 50}`);
    mkdirSync(below, { recursive: true });
    const ours = `apiVersion: dappmesh.io/v1alpha1\nkind: EngineClass\nmetadata: {name: e${i}}\nspec: {role: sql, blueprint: postgres}\n`;
    writeFileSync(
      join(below, `f${i}.yaml`),
      i % 3 === 0 ? ours : `apiVersion: v1\nkind: ConfigMap\ndata: {x: yes, y: 012}\n`,
    );
  }
  const { code, stdout } = await check(['.', '--tree', '.'], { cwd: folder });
  t.match(
    stdout,
    'allowed: 0 denials, 0 warnings; 1000 objects judged in 3000 files, 2000 other documents left alone',
  );
  t.equal(code, 0);
});

t.test('a reader that goes away early is no fault', async t => {
  const { run } = await import('../run-dappmesh.ts');
  const script = `'${process.execPath}' '${join(EXAMPLES, '../bin/dappmesh.mjs')}' explain --bundle '${bundle}' --output json | head -c 1`;
  const { stderr } = await run('sh', ['-c', script]);
  t.equal(stderr, '');
});
