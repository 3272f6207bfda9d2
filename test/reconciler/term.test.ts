import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { Deps, ReconcileMetrics, Store } from '../../reconciler/deps.ts';
import { type Key, toText } from '../../reconciler/key.ts';
import { createMetrics } from '../../reconciler/metrics.ts';
import { startTerm } from '../../reconciler/term.ts';
import { until } from '../until.ts';

const KEYS: Key[] = [
  { kind: 'DataProduct', namespace: 'sales', name: 'orders' },
  { kind: 'DataProduct', namespace: 'sales', name: 'returns' },
  { kind: 'Domain', namespace: '', name: 'sales' },
];
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const unused = () => {
  throw new Error('not to be called');
};

/** A term over objects that are all gone: each is looked up, and nothing else happens. */
function startEmptyTerm(
  t: Test,
  get: Store['get'],
  { workers = 2, auditMs = 3_600_000 }: { workers?: number; auditMs?: number } = {},
) {
  const listed: string[] = [];
  const outcomes: string[] = [];
  const metrics: ReconcileMetrics = {
    active: () => undefined,
    reconciled: (kind, result) => void outcomes.push(`${kind} ${result}`),
    panicked: kind => void outcomes.push(`${kind} panicked`),
    wrote: unused,
  };
  const deps: Omit<Deps, 'written' | 'failures'> = {
    store: {
      get,
      keys(kind) {
        listed.push(kind);
        return KEYS.filter(key => key.kind === kind);
      },
      contractsOf: () => [],
      child: () => undefined,
      childrenOf: () => [],
    },
    engine: {
      judge: unused,
      build: unused,
      get bundle() {
        return unused();
      },
    },
    cluster: { get: unused, apply: unused, patch: unused, remove: unused },
    served: () => false,
    events: { record: unused },
    mayWrite: () => true,
    copyReaders: { note: unused },
    now: () => new Date(0),
    log: silent,
    metrics,
  };
  const { report: queueMetrics } = createMetrics().queue;
  const passes: number[] = [];
  const term = startTerm({
    deps,
    queueMetrics,
    workers,
    timeoutMs: 60_000,
    auditMs,
    onFirstPass: () => void passes.push(outcomes.length),
  });
  t.teardown(() => term.abort());
  const audits = () => listed.filter(kind => kind === 'Mesh').length;
  return { term, outcomes, passes, audits };
}

t.test('a term begins with everything there is, and an audit takes it all again', async t => {
  const seen: string[] = [];
  const { term, outcomes, passes } = startEmptyTerm(t, key => void seen.push(toText(key)));
  await until(() => passes.length === 1);
  t.equal(outcomes.length, 3);
  t.strictSame(seen.toSorted(), KEYS.map(toText).toSorted());
  term.audit();
  await until(() => outcomes.length === 6);
  term.audit(['Domain']);
  await until(() => outcomes.length === 7);
  t.equal(seen.at(-1), 'Domain//sales');
  t.strictSame(passes, [3], 'the first pass is told once');
});

t.test('what throws is counted as our fault and tried again, and holds up nobody', async t => {
  let failures = 2;
  const { outcomes } = startEmptyTerm(t, key => {
    if (key.name === 'orders' && failures-- > 0) throw new TypeError('a bug');
    return undefined;
  });
  await until(() => outcomes.filter(line => line === 'DataProduct success').length === 2);
  t.ok(outcomes.includes('Domain success'));
  t.equal(outcomes.filter(line => line === 'DataProduct panicked').length, 2);
  t.equal(outcomes.filter(line => line === 'DataProduct error').length, 2);
});

t.test('after its end a term takes nothing more', async t => {
  const { term, outcomes } = startEmptyTerm(t, () => undefined);
  await until(() => outcomes.length === 3);
  await term.drain();
  term.audit();
  await sleep(50);
  t.equal(outcomes.length, 3);
});

t.test('an audit that is due waits for the one that is under way', async t => {
  const free = startEmptyTerm(t, () => undefined, { auditMs: 5 });
  const busy = startEmptyTerm(t, () => undefined, { auditMs: 5, workers: 0 });
  await until(() => free.audits() > 5);
  t.equal(busy.audits(), 1);
});
