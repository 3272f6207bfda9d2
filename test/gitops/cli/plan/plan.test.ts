// `dappmesh plan` as a process, without a cluster.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { createRepository } from '../../git-repository.ts';
import { buildTestBundle, type Ended, EXAMPLES, runDappmesh } from '../../run-dappmesh.ts';
import { buildPlanBundle, DOMAIN, productWith } from './testing-blueprint.ts';

let bundle: string;
let shipped: string;

t.before(async () => {
  const folder = t.testdir();
  shipped = await buildTestBundle({ testdir: () => folder, teardown: () => {} });
  mkdirSync(join(folder, 'plan'));
  bundle = await buildPlanBundle(join(folder, 'plan'));
});

/** The folder is a mesh by itself. */
function plan(args: readonly string[], cwd: string, input = ''): Promise<Ended> {
  const tree = args.includes('--rev') ? [] : ['--tree', '.'];
  return runDappmesh(['plan', '--bundle', bundle, ...tree, ...args], { cwd, input });
}

t.test(
  'the objects of what is named are listed, and the rest of the tree is looked things up in',
  async t => {
    const cwd = t.testdir({ 'domain.yaml': DOMAIN, 'orders.yaml': productWith(['a', 'b']) });
    const { code, stdout, stderr } = await plan(['orders.yaml'], cwd);
    t.match(stdout, /^DataProduct\/sales\/orders {2}orders\.yaml\n/);
    t.match(stdout, /\n {2}denied by a check: \[DM-OWN-001\] spec\.owner\.teamRef: /);
    t.match(stdout, /\n {2}changes by itself: at 2090-01-01T00:00:00Z\n/);
    t.match(
      stdout,
      /\n {2}· v1 ConfigMap sales\/orders-a\n {2}· v1 ConfigMap sales\/orders-b\n {2}· v1 Secret sales\/orders-keys\n/,
    );
    t.match(stdout, /\nplan: 3 Kubernetes objects for 1 object of the mesh; --cluster compares/);
    t.equal(stderr, '');
    t.equal(code, 0);
  },
);

t.test('every product of the example mesh is planned by the blueprints that are shipped', async t => {
  const { code, stdout } = await runDappmesh(['plan', '--bundle', shipped, '-o', 'json'], {
    cwd: join(EXAMPLES, 'retail'),
  });
  t.equal(code, 0);
  const { summary, findings, owners } = JSON.parse(stdout);
  t.match(summary, { compared: false, complete: true, wait: 0, refused: 0 });
  t.strictSame(findings, []);
  for (const owner of owners) t.ok(owner.objects.length > 0, `${owner.kind}/${owner.name}`);
});

t.test('json, yaml and manifests say the same, and read back', async t => {
  const cwd = t.testdir({ 'domain.yaml': DOMAIN, 'orders.yaml': productWith(['a']) });
  const json = JSON.parse((await plan(['orders.yaml', '-o', 'json'], cwd)).stdout);
  const [yaml] = parseAllDocuments((await plan(['orders.yaml', '-o', 'yaml'], cwd)).stdout);
  t.strictSame(yaml?.toJS(), json);
  const documents = parseAllDocuments((await plan(['orders.yaml', '-o', 'manifests'], cwd)).stdout);
  const objects = json.owners[0].objects.map(({ object }: { object: object }) => object);
  t.strictSame(
    documents.map(document => document.toJS()),
    objects,
  );
  t.match(objects[0], {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'orders-a',
      namespace: 'sales',
      labels: { 'app.kubernetes.io/managed-by': 'dappmesh', 'dappmesh.io/owner-name': 'orders' },
    },
    data: { text: 'Orders\nsecond line\n0 contracts' },
  });
  t.match(json.owners[0], { until: '2090-01-01T00:00:00Z', holds: [], faults: [] });
});

t.test('values of Secrets are in no format', async t => {
  const cwd = t.testdir({ 'domain.yaml': DOMAIN, 'orders.yaml': productWith([]) });
  for (const format of ['json', 'yaml', 'manifests']) {
    const { stdout } = await plan(['orders.yaml', '-o', format], cwd);
    t.match(stdout, /\*\*\*/, format);
    t.notMatch(stdout, /"?user"?: "?orders/, format);
  }
});

t.test('contracts of the product are seen, and the clock can be set', async t => {
  const contract = (name: string): string =>
    `apiVersion: dappmesh.io/v1alpha1\nkind: DataContract\nmetadata: {name: ${name}, namespace: sales}\nspec: {productRef: orders, odcs: {id: ${name}, version: 1.0.0}}\n`;
  const cwd = t.testdir({
    'domain.yaml': DOMAIN,
    'orders.yaml': productWith(['a']),
    'contracts.yaml': `${contract('one')}---\n${contract('two')}`,
  });
  const args = ['orders.yaml', '-o', 'json'];
  const { owners } = JSON.parse((await plan([...args, '--now', '2091-01-01T00:00:00Z'], cwd)).stdout);
  t.match(owners[0].objects[0].object.data.text, /2 contracts/);
  t.equal(owners[0].until, null);
});

t.test('what is awaited, held or suspended is said', async t => {
  const cwd = t.testdir({
    'orders.yaml': productWith(['holding'], { more: '  suspend: true\n' }),
    'domain.yaml': DOMAIN.replace(', description: What is sold.', ''),
  });
  const { code, stdout } = await plan([], cwd);
  t.match(stdout, /\n {2}suspended: nothing is applied/);
  t.match(
    stdout,
    /\n {2}waits: spec\.domainRef: the domain says nothing; until then nothing changes but access that ends\n/,
  );
  t.match(stdout, /\n {2}held from deletion: held: crm\/segments uses port table\n/);
  t.equal(code, 0);
});

t.test('a reference that is missing is awaited, as the reconciler would', async t => {
  const cwd = t.testdir({ 'orders.yaml': productWith([]) });
  const { owners } = JSON.parse((await plan(['-o', 'json'], cwd)).stdout);
  t.match(owners[0].waitsFor, [{ path: '/spec/domainRef', message: /sales/ }]);
});

t.test('a revision is planned without a checkout, standard input in place of the tree', async t => {
  const repository = await createRepository(join(t.testdir(), 'tree'));
  repository.write({ 'domain.yaml': DOMAIN, 'orders.yaml': productWith(['old']) });
  await repository.commit();
  repository.write({ 'orders.yaml': productWith(['new']) });
  const cwd = repository.folder;
  t.match((await plan(['--rev', 'HEAD'], cwd)).stdout, /ConfigMap sales\/orders-old\n/);
  t.match((await plan([], cwd)).stdout, /ConfigMap sales\/orders-new\n/);
  t.match((await plan(['-'], cwd, productWith(['piped']))).stdout, /ConfigMap sales\/orders-piped\n/);
});

t.test('an engine that fails is no plan', async t => {
  const cwd = t.testdir({ 'domain.yaml': DOMAIN, 'orders.yaml': productWith(['undeclared']) });
  const { code, stdout } = await plan([], cwd);
  t.match(stdout, /\n {2}could not plan: \[DM-ENGINE-012\] /);
  t.equal(code, 2);
});

/** arguments, what is said */
const UNPLANNED: readonly [string[], RegExp][] = [
  [['nowhere'], /there is no file or folder "nowhere"/],
  [['--output', 'html'], /Allowed choices are text, json, yaml, manifests/],
  [['--cluster', '--kubeconfig', '/nowhere'], /the cluster could not be read/],
  [['--rev', 'nowhere'], /"nowhere" is no revision/],
];

for (const [args, says] of UNPLANNED) {
  t.test(`plan ${args.join(' ')} cannot plan`, async t => {
    const { code, stdout, stderr } = await plan(args, join(EXAMPLES, 'retail'));
    t.match(stderr, says);
    t.notMatch(stderr, /\n\s+at /, 'no stack');
    t.equal(stdout, '');
    t.equal(code, 2);
  });
}

t.test('without a bundle there is no plan', async t => {
  const missing = await runDappmesh(['plan', '--bundle', 'no/bundle.tar.gz'], { cwd: t.testdir() });
  t.match(missing, { code: 2, stdout: '', stderr: /there is no policy bundle/ });
});
