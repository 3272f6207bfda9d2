import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import t from 'tap';
import type { ReviewRequest } from '../../policies/engine/verdict/review.ts';
import { createLog } from '../../process/log.ts';
import type { Decision } from '../../webhook/decision.ts';
import { createDecisionLog } from '../../webhook/decision-log.ts';
import { countDecision } from '../../webhook/decision-metrics.ts';
import { createMetrics } from '../../webhook/metrics.ts';
import { observeProcess } from '../../webhook/process-metrics.ts';
import { REFUSALS } from '../../webhook/refusals.ts';
import { FINDING, product, request, UID } from './admission-review.ts';

const REQUEST = request({ dryRun: true }) as unknown as ReviewRequest;

function decision(changes: Partial<Decision> = {}): Decision {
  return {
    webhook: 'validate',
    outcome: 'denied',
    uid: UID,
    request: REQUEST,
    findings: [FINDING, FINDING],
    refusal: null,
    revision: 'r1',
    durationMs: 0.25,
    ...changes,
  };
}

/** Lines that a logger wrote, and a log of decisions beside it. */
function capture(): {
  log: ReturnType<typeof createLog>;
  decisions: ReturnType<typeof createDecisionLog>;
  lines: Record<string, unknown>[];
} {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(
        ...String(chunk)
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line)),
      );
      done();
    },
  });
  const log = createLog('info', stream);
  return { log, decisions: createDecisionLog(log, stream), lines };
}

t.test('the documented metrics are those of the registry, with their labels', async t => {
  const text = await readFile('docs/metrics.md', 'utf8');
  const documented = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|([^|]*)\|/gm)].map(
    ([, name, type, labels]) => ({
      name,
      type,
      labels: (labels ?? '').trim(),
    }),
  );
  const registered = createMetrics().registry.getMetricsAsArray() as unknown as {
    name: string;
    labelNames: string[];
    constructor: { name: string };
  }[];
  t.strictSame(
    documented.toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
    registered
      .map(metric => ({
        name: metric.name,
        type: metric.constructor.name.toLowerCase(),
        labels: metric.labelNames.join(', '),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
});

t.test('a decision moves its counters', async t => {
  const metrics = createMetrics();
  countDecision(metrics, decision());
  countDecision(metrics, decision({ outcome: 'unchanged', findings: [] }));
  countDecision(metrics, decision({ outcome: 'shed', findings: [], refusal: REFUSALS.overloaded }));
  countDecision(
    metrics,
    decision({ outcome: 'refused', findings: [], refusal: REFUSALS.bodyIsNotJson, request: null }),
  );
  const text = await metrics.registry.metrics();
  for (const line of [
    'dappmesh_admission_decisions_total{webhook="validate",kind="DataProduct",operation="CREATE",decision="denied"} 1',
    'dappmesh_admission_decisions_total{webhook="validate",kind="other",operation="other",decision="refused"} 1',
    'dappmesh_admission_findings_total{code="DM-OWN-001",enforcement="deny"} 2',
    'dappmesh_admission_refusals_total{reason="overloaded"} 1',
    'dappmesh_admission_refusals_total{reason="bodyIsNotJson"} 1',
    'dappmesh_admission_unchanged_total 1',
    'dappmesh_admission_shed_total 1',
    'dappmesh_admission_latency_seconds_bucket{le="0.0003",webhook="validate",decision="denied"} 1',
  ]) {
    t.ok(text.includes(line), line);
  }
});

t.test('what a caller invents does not make new series', async t => {
  const metrics = createMetrics();
  for (let i = 0; i < 50; i++) {
    const invented = request({
      kind: { group: 'dappmesh.io', version: 'v1', kind: `Kind${i}` },
      operation: `OP${i}`,
      name: `name-${i}`,
      userInfo: { username: `user-${i}` },
    }) as unknown as ReviewRequest;
    countDecision(
      metrics,
      decision({ request: invented, findings: [], outcome: 'refused', refusal: REFUSALS.kindIsUnknown }),
    );
  }
  const text = await metrics.registry.metrics();
  t.equal(text.match(/^dappmesh_admission_decisions_total/gm)?.length, 1);
  t.notMatch(text, /name-|user-|Kind\d/);
});

t.test('the process gauges say something once they are refreshed', async t => {
  const metrics = createMetrics();
  const { refresh, stop } = observeProcess(metrics);
  refresh();
  refresh();
  stop();
  const text = await metrics.registry.metrics();
  t.match(text, /process_cpu_seconds_total [\d.]+/);
  t.match(text, /process_resident_memory_bytes [1-9]\d+/);
  t.match(text, /dappmesh_event_loop_utilisation_ratio \d/);
});

t.test('a decision is one line with who, what and why, and no part of the object', t => {
  const { decisions, lines } = capture();
  const secret = request({ object: product({ password: 'hunter2' }) }) as unknown as ReviewRequest;
  decisions.add(decision({ request: secret }));
  decisions.flush();
  t.equal(lines.length, 1);
  t.match(lines[0], {
    level: 'info',
    msg: 'decision',
    uid: UID,
    webhook: 'validate',
    resource: 'dataproducts',
    namespace: 'sales',
    name: 'orders',
    user: 'ann',
    operation: 'CREATE',
    dryRun: false,
    decision: 'denied',
    codes: ['DM-OWN-001'],
    revision: 'r1',
    durationMs: 0.25,
  });
  t.notMatch(JSON.stringify(lines), /hunter2|no team is set|spec/);
  t.end();
});

t.test('a failure inside is logged with its cause, an unreadable body without coordinates', t => {
  const { decisions, lines } = capture();
  const error = new Error('boom');
  decisions.add(decision({ outcome: 'refused', refusal: REFUSALS.judgementFailed, findings: [], error }));
  decisions.add(
    decision({ outcome: 'refused', refusal: REFUSALS.bodyIsNotJson, request: null, findings: [] }),
  );
  decisions.flush();
  t.match(lines, [
    { level: 'error', uid: UID, err: { message: 'boom' } },
    { level: 'info', codes: ['DM-ENGINE-011'] },
    { level: 'info', codes: ['DM-ENGINE-007'], dryRun: false },
  ]);
  t.end();
});

t.test('lines come in blocks, and all of them come', async t => {
  const { decisions, lines } = capture();
  for (let i = 0; i < 1_000; i++) decisions.add(decision({ uid: String(i) }));
  t.ok(lines.length > 0 && lines.length < 1_000);
  decisions.flush();
  t.strictSame(
    lines.map(line => line['uid']),
    Array.from({ length: 1_000 }, (_, i) => String(i)),
  );
});
