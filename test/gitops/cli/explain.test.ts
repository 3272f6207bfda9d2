import t from 'tap';
import { FILE_FAULTS } from '../../../gitops/cli/file-faults.ts';
import { buildTestBundle, type Ended, runDappmesh } from '../run-dappmesh.ts';

let bundle: string;

t.before(async () => {
  bundle = await buildTestBundle(t);
});

function explain(...args: string[]): Promise<Ended> {
  return runDappmesh(['explain', '--bundle', bundle, ...args]);
}

t.test('a policy is explained from what it says about itself', async t => {
  const { code, stdout } = await explain('DM-OWN-001');
  t.match(stdout, /^DM-OWN-001 {2}Owner present\n\n/);
  for (const part of [
    /remedy: +\S/,
    /enforced: +push deny, admission deny, audit deny/,
    /kinds: +DataProduct/,
    /defined in: +policies\/governance\/owner-present/,
  ]) {
    t.match(stdout, part);
  }
  t.match(
    stdout,
    /refused, for example: gitops\/examples\/.*refused\/DM-OWN-001\.yaml\n\n[^]*kind: DataProduct/,
  );
  t.equal(code, 0);
});

t.test('a code is found in small letters too', async t => {
  t.match(await explain('dm-own-001'), { code: 0, stdout: /^DM-OWN-001/ });
});

t.test('without a code, all are listed: of policies, engine, files and schema', async t => {
  const { stdout } = await explain();
  const codes = stdout.split('\n').map(line => line.split(' ', 1)[0] ?? '');
  for (const code of [
    'DM-OWN-001',
    'DM-GOV-003',
    'DM-ENGINE-001',
    'DM-SCHEMA-001',
    'DM-SCHEMA-002',
    ...FILE_FAULTS.map(({ code }) => code),
  ]) {
    t.ok(codes.includes(code), code);
  }
  t.strictSame(codes.slice(0, -1), codes.slice(0, -1).toSorted());
});

t.test('json has the entry, or all of them', async t => {
  const entry = JSON.parse((await explain('DM-FILE-007', '--output', 'json')).stdout);
  t.match(entry, {
    code: 'DM-FILE-007',
    title: String,
    description: String,
    remedy: String,
    severity: 'high',
    example: null,
  });
  t.strictSame(entry.enforce, { push: 'deny', admission: 'off', audit: 'off' });
  t.match(JSON.parse((await explain('DM-OWN-001', '--output', 'json')).stdout).example, /kind: DataProduct/);
  t.ok(JSON.parse((await explain('--output', 'json')).stdout).length > 20);
});

t.test('every remedy reads on from its problem: in small letters and without a full stop', async t => {
  const entries = JSON.parse((await explain('--output', 'json')).stdout) as {
    code: string;
    remedy: string;
  }[];
  for (const { code, remedy } of entries) t.match(remedy, /^\p{Ll}.*[^.]$/u, `${code}: ${remedy}`);
});

t.test('a code like no other is given none instead', async t => {
  const { stderr } = await explain('frequency');
  t.match(stderr, /"frequency" is no code\n {2}dappmesh explain lists all codes/);
});

t.test('a code that is none ends with 2 and the one that was probably meant', async t => {
  const { code, stdout, stderr } = await explain('DM-OWN-01');
  t.match(stderr, /"DM-OWN-01" is no code\n {2}did you mean DM-OWN-001\?/);
  t.equal(stdout, '');
  t.equal(code, 2);
});
