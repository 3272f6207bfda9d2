// What a change denies is what it does, wherever it shows; what was so before only warns.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { judgeChange } from '../../../../gitops/cli/judge/judge-change.ts';
import { toJudging } from '../../../../gitops/cli/judge/open-engine.ts';
import { selectRange } from '../../../../gitops/cli/selection-git.ts';
import type { UserInfo } from '../../../../policies/engine/verdict/review.ts';
import { createRetail, type Repository } from '../../git-repository.ts';
import { buildTestBundle, startEngineOn } from '../../run-dappmesh.ts';

const ORDERS = 'domains/sales/orders/product.yaml';
const CONTRACT = 'domains/sales/orders/contracts/1.2.0.yaml';
const NOW = new Date('2026-06-01T00:00:00Z');

let judging: ReturnType<typeof toJudging>;

t.before(async () => {
  judging = toJudging(await startEngineOn(t, await buildTestBundle(t)));
});

/** Judges the change from one revision to another; every finding as one line. */
async function judge(repository: Repository, range: string, user?: UserInfo): Promise<string[]> {
  const trees = await selectRange(range, { cwd: repository.folder });
  const { findings, summary } = await judgeChange(trees, { ...judging, now: NOW, user });
  t.equal(
    summary.allowed,
    findings.every(({ enforcement }) => enforcement === 'warn'),
  );
  return findings.map(({ enforcement, code, file, line }) => `${enforcement} ${code} ${file}:${line}`);
}

async function edit(repository: Repository, file: string, ...changes: [string, string][]): Promise<void> {
  let text = await readFile(join(repository.folder, file), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
    text = text.replace(from, to);
  }
  repository.write({ [file]: text });
}

async function retail(t: Test): Promise<Repository> {
  return createRetail(join(t.testdir(), 'retail'));
}

t.test('a change that touches nothing of ours is allowed', async t => {
  const repository = await retail(t);
  repository.write({ 'README.md': 'text', 'other.yaml': 'a: 1' });
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), []);
});

t.test('a changed object is judged in full', async t => {
  const repository = await retail(t);
  await edit(
    repository,
    ORDERS,
    ['teamRef: checkout', 'teamRef: nobody'],
    ['residency: eu-central', 'residency: mars'],
  );
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [
    `deny DM-OWN-002 ${ORDERS}:16`,
    `deny DM-SEC-001 ${ORDERS}:28`,
  ]);
});

t.test('an update is judged against what it changes', async t => {
  const repository = await retail(t);
  await edit(repository, ORDERS, ['domainRef: sales', 'domainRef: logistics']);
  await repository.commit();
  t.ok((await judge(repository, 'HEAD~1..HEAD')).some(line => line.startsWith(`deny DM-OWN-009 ${ORDERS}`)));
});

t.test('a removed contract denies at its product and at the products that read it', async t => {
  const repository = await retail(t);
  repository.remove(CONTRACT);
  await repository.commit();
  const findings = await judge(repository, 'HEAD~1..HEAD');
  t.ok(findings.length > 0);
  for (const finding of findings.filter(line => line.startsWith('deny')))
    t.match(finding, /^deny (DM-VER-009 .*orders|DM-ACC-002 .*)\/product\.yaml/);
  t.ok(findings.some(line => line.startsWith('deny DM-VER-009')));
  t.ok(findings.some(line => line.startsWith('deny DM-ACC-002 domains/logistics/shipments/')));
});

t.test(
  'products that read each other, with their agreements, come in one commit or deny what stays',
  async t => {
    const repository = await retail(t);
    repository.remove('domains/customer');
    await repository.commit();
    const removed = await judge(repository, 'HEAD~1..HEAD');
    t.ok(removed.some(line => line.startsWith('deny DM-ACC-002 domains/sales/sales-insights/product')));
    t.ok(removed.some(line => line.startsWith('deny DM-ACC-002 domains/sales/orders/agreements')));
    await repository.git('revert', '--no-edit', 'HEAD');
    t.strictSame(await judge(repository, 'HEAD~1..HEAD'), []);
  },
);

t.test('what was wrong before only warns, until it is touched', async t => {
  const repository = await retail(t);
  await edit(repository, ORDERS, ['teamRef: checkout', 'teamRef: nobody']);
  await repository.commit();
  await edit(repository, 'domains/sales/domain.yaml', ['description:', '# a comment\n  description:']);
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [`warn DM-OWN-002 ${ORDERS}:16`]);
  await edit(repository, ORDERS, ['displayName: Orders', 'displayName: All orders']);
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [`deny DM-OWN-002 ${ORDERS}:16`]);
});

t.test('a file that is moved changes nothing', async t => {
  const repository = await retail(t);
  await edit(repository, ORDERS, ['teamRef: checkout', 'teamRef: nobody']);
  await repository.commit();
  await repository.git('mv', ORDERS, 'domains/sales/moved.yaml');
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), ['warn DM-OWN-002 domains/sales/moved.yaml:16']);
});

t.test('who pushes is asked about what is pushed, not about the rest', async t => {
  const repository = await retail(t);
  await edit(repository, ORDERS, ['displayName: Orders', 'displayName: All orders']);
  await repository.commit();
  const stranger = { username: 'eve', groups: ['strangers'] };
  t.strictSame(await judge(repository, 'HEAD~1..HEAD', stranger), [`deny DM-OWN-004 ${ORDERS}:13`]);
  t.strictSame(await judge(repository, 'HEAD~1..HEAD', { username: 'ada', groups: ['sales-owners'] }), []);
});

t.test('a first push has nothing before it and may bring several versions at once', async t => {
  const repository = await retail(t);
  const tree = (await repository.tryGit(['mktree'], { input: '' })).stdout.trim();
  const empty = await repository.git('commit-tree', tree, '-m', 'empty');
  t.strictSame(await judge(repository, `${empty}..HEAD`), []);
});

t.test('a version below those of the base is refused', async t => {
  const repository = await retail(t);
  const text = await readFile(join(repository.folder, CONTRACT), 'utf8');
  const file = 'domains/sales/orders/contracts/1.0.9.yaml';
  repository.write({
    [file]: text.replace('orders-v1-2-0', 'orders-v1-0-9').replace('version: "1.2.0"', 'version: "1.0.9"'),
  });
  await repository.commit();
  const denied = (await judge(repository, 'HEAD~1..HEAD')).filter(line => line.startsWith('deny'));
  t.strictSame(denied.length, 1);
  t.match(denied[0], `deny DM-VER-003 ${file}`);
});

t.test('one engine judges many changes, and nothing of one is left for the next', async t => {
  const repository = await retail(t);
  repository.remove('domains/sales/domain.yaml');
  await repository.commit();
  t.ok((await judge(repository, 'HEAD~1..HEAD')).some(line => line.startsWith('deny')));
  t.strictSame(await judge(repository, 'HEAD..HEAD~1'), []);
});

t.test('faults of untouched files warn, those of touched ones deny', async t => {
  const repository = await retail(t);
  const twin = 'apiVersion: dappmesh.io/v1alpha1\nkind: Mesh\nmetadata: {name: retail, labels: {a: yes}}\n';
  repository.write({ 'twin.yaml': twin });
  await repository.commit();
  repository.write({ 'README.md': 'text' });
  await repository.commit();
  const codes = (lines: string[]): string[] => lines.map(line => line.split(' ', 2).join(' ')).sort();
  t.strictSame(codes(await judge(repository, 'HEAD~2..HEAD~1')), [
    'deny DM-FILE-007',
    'deny DM-FILE-009',
    'deny DM-FILE-009',
  ]);
  t.strictSame(codes(await judge(repository, 'HEAD~1..HEAD')), [
    'warn DM-FILE-007',
    'warn DM-FILE-009',
    'warn DM-FILE-009',
  ]);
  repository.write({ 'twin.yaml': `# touched\n${twin}` });
  await repository.commit();
  t.ok(codes(await judge(repository, 'HEAD~1..HEAD')).includes('deny DM-FILE-007'));
});

/** An exemption that keeps every rule of its own. */
function exemptionFor(code: string, expires: string): string {
  return `apiVersion: dappmesh.io/v1alpha1
kind: PolicyExemption
metadata: {name: far-away, namespace: sales}
spec:
  policy: ${code}
  target: {kind: DataProduct, namespace: sales, name: orders}
  reason: The new region opens in July.
  owner: ada@retail.example
  approvedBy: grace@retail.example
  expires: "${expires}"
`;
}

const EXEMPTION = 'domains/sales/far-away.yaml';

t.test('an exemption counts from the push after its own, as it stood before', async t => {
  const repository = await retail(t);
  const stray = ['residency: eu-central', 'residency: mars'] as [string, string];
  repository.write({ [EXEMPTION]: exemptionFor('DM-SEC-001', '2026-07-01T00:00:00Z') });
  await edit(repository, ORDERS, stray);
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [`deny DM-SEC-001 ${ORDERS}:28`], 'both in one push');
  await edit(repository, ORDERS, ['residency: mars', 'residency: venus']);
  await edit(repository, EXEMPTION, ['2026-07-01', '2026-08-01']);
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [`warn DM-SEC-001 ${ORDERS}:28`], 'prolonged');
  await edit(repository, EXEMPTION, ['DM-SEC-001', 'DM-OWN-002']);
  await edit(repository, ORDERS, ['teamRef: checkout', 'teamRef: nobody']);
  await repository.commit();
  t.ok(
    (await judge(repository, 'HEAD~1..HEAD')).includes(`deny DM-OWN-002 ${ORDERS}:16`),
    'made for another',
  );
});

t.test('a denial says that the exemption made for it does not count yet', async t => {
  const repository = await retail(t);
  repository.write({ [EXEMPTION]: exemptionFor('DM-SEC-001', '2026-07-01T00:00:00Z') });
  await edit(repository, ORDERS, ['residency: eu-central', 'residency: mars']);
  await repository.commit();
  const trees = await selectRange('HEAD~1..HEAD', { cwd: repository.folder });
  const { findings } = await judgeChange(trees, { ...judging, now: NOW, user: undefined });
  t.match(findings, [
    { remedy: / \(exemption far-away does not count: the base revision does not have it\)$/ },
  ]);
});

t.test('an exemption that is taken away denies what it allowed', async t => {
  const repository = await retail(t);
  repository.write({ [EXEMPTION]: exemptionFor('DM-SEC-001', '2026-07-01T00:00:00Z') });
  await edit(repository, ORDERS, ['residency: eu-central', 'residency: mars']);
  await repository.commit();
  repository.remove(EXEMPTION);
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [`deny DM-SEC-001 ${ORDERS}:28`]);
});

t.test('enforcement that changes nothing is warned of where it is written', async t => {
  const repository = await retail(t);
  const enforcement = 'enforcement: [{code: DM-QUA-999, push: deny}, {code: DM-SEC-001, push: warn}]';
  await edit(repository, 'mesh/mesh.yaml', ['  naming:', `  ${enforcement}\n  naming:`]);
  await repository.commit();
  t.strictSame(await judge(repository, 'HEAD~1..HEAD'), [
    'warn DM-SCHEMA-002 mesh/mesh.yaml:9',
    'warn DM-SCHEMA-002 mesh/mesh.yaml:9',
  ]);
});
