// Every format: well formed, complete, and harmless whatever the texts are.

import { PassThrough } from 'node:stream';
import t from 'tap';
import { FORMATS, render } from '../../../../gitops/cli/output/render.ts';
import { plain, toText } from '../../../../gitops/cli/output/text.ts';
import type { Policy } from '../../../../policies/engine/verdict/policy.ts';
import { CLEAN_REPORT, HOSTILE, HOSTILE_REPORT, REPORT } from './hostile-report.ts';
import { parseXml } from './parse-xml.ts';

const to = { policies: [], stream: new PassThrough() };

t.test('text says place, code, object, path, problem, line and remedy', async t => {
  t.equal(
    toText(REPORT, plain),
    `domains/orders.yaml:7:3  DENY [DM-OWN-001] DataProduct/sales/orders spec.owner["a/b~c"][0]: no team is set
    7 |   owner: {}
      |   ^
    remedy: set owner.teamRef  (dappmesh explain DM-OWN-001)

domains/orders.yaml:9:3  WARN [DM-QUA-001] DataProduct/sales/orders: no team is set
    9 |   owner: {}
      |   ^
    remedy: set owner.teamRef  (dappmesh explain DM-QUA-001)

denied: 1 denial, 1 warning; 2 objects judged in 3 files, 4 other documents left alone
not judged, as nobody said who pushes (--user, DAPPMESH_USER): DM-OWN-004
`,
  );
  t.equal(
    toText(CLEAN_REPORT, plain),
    'allowed: 0 denials, 0 warnings; 2 objects judged in 3 files, 4 other documents left alone\n',
  );
});

t.test('text does not call a fault of the engine a denial', async t => {
  const [finding] = REPORT.findings;
  const findings = finding === undefined ? [] : [{ ...finding, code: 'DM-ENGINE-001' }];
  t.match(toText({ ...REPORT, findings }, plain), /\ncould not judge: 1 denial, /);
});

t.test('text has colours only where they are shown', async t => {
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    getColorDepth: () => 8,
    hasColors: () => true,
  });
  const { NO_COLOR, FORCE_COLOR } = process.env;
  delete process.env['FORCE_COLOR'];
  delete process.env['NO_COLOR'];
  t.teardown(() =>
    Object.assign(
      process.env,
      NO_COLOR === undefined ? {} : { NO_COLOR },
      FORCE_COLOR === undefined ? {} : { FORCE_COLOR },
    ),
  );
  t.match(await render('text', REPORT, { policies: [], stream: terminal }), '\u001b[31mDENY');
  t.notMatch(await render('text', REPORT, to), '\u001b');
});

t.test('a long line is cut around the place', async t => {
  const [finding] = REPORT.findings;
  if (finding === undefined) throw new Error('no finding');
  const source = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`;
  const text = toText({ ...REPORT, findings: [{ ...finding, source, column: 501 }] }, plain);
  const [, line = '', mark = ''] = text.split('\n');
  t.ok(line.length < 140);
  t.equal(line.slice(mark.indexOf('^'), mark.indexOf('^') + 4), 'HERE');
});

t.test('json has exactly the fields that are promised', async t => {
  const { summary, findings, ...rest } = JSON.parse(await render('json', REPORT, to));
  t.strictSame(rest, {});
  t.strictSame(summary, {
    allowed: false,
    denied: 1,
    warned: 1,
    objects: 2,
    files: 3,
    others: 4,
    bundle: 'r1',
    skipped: ['DM-OWN-004'],
  });
  t.strictSame(findings[0], {
    code: 'DM-OWN-001',
    severity: 'high',
    enforcement: 'deny',
    kind: 'DataProduct',
    namespace: 'sales',
    name: 'orders',
    path: '/spec/owner/a~1b~0c/0',
    file: 'domains/orders.yaml',
    line: 7,
    column: 3,
    message: 'no team is set',
    remedy: 'set owner.teamRef',
  });
});

t.test('sarif has the structure of 2.1.0', async t => {
  const policy: Policy = {
    family: 'governance',
    name: 'owner-present',
    code: 'DM-OWN-001',
    title: 'Owner present',
    description: 'A product has an owner.',
    kinds: ['DataProduct'],
    operations: ['CREATE'],
    severity: 'high',
    enforce: { push: 'deny', admission: 'deny', audit: 'deny' },
    remedy: 'set *it*',
    scope: ['object'],
    inventory: [],
    metadata: [],
    entrypoint: '',
  };
  const log = JSON.parse(await render('sarif', REPORT, { ...to, policies: [policy] }));
  t.equal(log.version, '2.1.0');
  t.match(log.$schema, /sarif-schema-2\.1\.0\.json$/);
  const [run] = log.runs;
  t.strictSame(Object.keys(run).sort(), ['columnKind', 'results', 'tool']);
  t.match(run.tool.driver.rules, [
    {
      id: 'DM-OWN-001',
      name: 'OwnerPresent',
      shortDescription: { text: 'Owner present' },
      defaultConfiguration: { level: 'error' },
      help: { markdown: 'set \\*it\\*' },
    },
    { id: 'DM-QUA-001' },
  ]);
  for (const result of run.results) {
    t.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
    t.match(result.partialFingerprints['dappmesh/v1'], /^[0-9a-f]{64}$/);
    t.ok(['error', 'warning'].includes(result.level));
    const [{ physicalLocation }] = result.locations;
    t.equal(physicalLocation.artifactLocation.uri, 'domains/orders.yaml');
    t.ok(physicalLocation.region.startLine >= 1 && physicalLocation.region.startColumn >= 1);
  }
});

t.test('junit is XML with a failure for each denial', async t => {
  const root = parseXml(await render('junit', REPORT, to));
  const [suite] = root.children;
  t.match(
    [root, suite],
    [{ name: 'testsuites', attributes: { tests: '2', failures: '1' } }, { name: 'testsuite' }],
  );
  t.match(suite?.children, [
    {
      name: 'testcase',
      attributes: { classname: 'domains/orders.yaml', line: '7' },
      children: [{ name: 'failure', attributes: { type: 'DM-OWN-001' } }],
    },
    { name: 'testcase', children: [{ name: 'system-out' }] },
  ]);
  t.match(parseXml(await render('junit', CLEAN_REPORT, to)).attributes, { tests: '1', failures: '0' });
});

t.test('github gets one command per finding', async t => {
  const [error, warning] = (await render('github', REPORT, to)).split('\n');
  t.equal(
    error,
    '::error file=domains/orders.yaml,line=7,col=3,title=DM-OWN-001 DataProduct/sales/orders::spec.owner["a/b~c"][0]: no team is set; set owner.teamRef',
  );
  t.match(warning, /^::warning file=domains\/orders\.yaml,line=9,col=3,/);
});

for (const format of FORMATS) {
  t.test(`${format} stays what it is with hostile names and messages (CVE-2026-44245)`, async t => {
    const text = await render(format, HOSTILE_REPORT, to);
    t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u, 'no control characters');
    t.ok(text.isWellFormed() || format !== 'junit');
    const lines = text.split('\n');
    t.equal(
      lines.filter(line => line.startsWith('::')).length,
      format === 'github' ? 1 : 0,
      'no command of theirs',
    );
    if (format === 'json') t.equal(JSON.parse(text).findings[0].message, HOSTILE);
    if (format === 'sarif') {
      const [result] = JSON.parse(text).runs[0].results;
      t.notMatch(result.locations[0].physicalLocation.artifactLocation.uri, /[^\w.%!~*'()/-]/);
    }
    if (format === 'junit') {
      const [testCase] = parseXml(text).children[0]?.children ?? [];
      t.match(testCase?.attributes['classname'], '<script>alert(1)</script>|`x`\\n::error::y');
      t.notMatch(text, '<script');
    }
    if (format === 'github') t.match(text, /^::error file=[^,]*%2Ca%3Ab[^,]*,line=7,col=3,title=/);
  });
}
