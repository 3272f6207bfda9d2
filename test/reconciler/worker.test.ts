import t from 'tap';
import { NotLeadingError } from '../../reconciler/faults.ts';
import type { Key } from '../../reconciler/key.ts';
import { createQueue } from '../../reconciler/queue/queue.ts';
import type { ReconcileOutcome } from '../../reconciler/reconcile.ts';
import { startWorkers } from '../../reconciler/worker.ts';
import { until } from '../until.ts';
import { createManualClock } from './manual-clock.ts';
import { apiError } from './scripted-deps.ts';

const key = (name: string): Key => ({ kind: 'DataProduct', namespace: 'sales', name });
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

function setUp(
  reconcile: (key: Key, signal: AbortSignal) => Promise<ReconcileOutcome>,
  concurrency = 1,
  timeoutMs = 60_000,
) {
  const clock = createManualClock();
  const queue = createQueue({ now: clock.now, schedule: clock.schedule, random: () => 0 });
  const told: string[] = [];
  const workers = startWorkers({
    queue,
    reconcile,
    log: QUIET,
    concurrency,
    timeoutMs,
    metrics: {
      active() {},
      reconciled: (kind, result) => told.push(`${kind} ${result}`),
      panicked: kind => told.push(`${kind} panic`),
      wrote() {},
    },
  });
  return { clock, queue, told, workers };
}

/** Lets everything run that needs no timer. */
async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve));
}

t.test('a success forgets the failures before it, and comes back when it says so', async t => {
  const outcomes: (ReconcileOutcome | Error)[] = [
    apiError(500),
    { isTerminal: false, requeueAfterMs: 1000 },
    { isTerminal: false },
  ];
  const { clock, queue, told, workers } = setUp(async () => {
    const next = outcomes.shift();
    if (next instanceof Error || next === undefined) throw next ?? new Error('too often');
    return next;
  });
  queue.add(key('a'));
  await turn();
  t.equal(queue.failures(key('a')), 1);
  clock.advance(5);
  await turn();
  t.equal(queue.failures(key('a')), 0);
  clock.advance(1000);
  await turn();
  await workers.stop();
  t.strictSame(told, ['DataProduct error', 'DataProduct requeue_after', 'DataProduct success']);
  t.equal(clock.timers, 0);
});

t.test('a bug is counted as one, and tried again all the same', async t => {
  let attempts = 0;
  const { clock, queue, told, workers } = setUp(async () => {
    attempts += 1;
    throw new TypeError('a bug');
  });
  queue.add(key('a'));
  await turn();
  clock.advance(5);
  await turn();
  t.equal(attempts, 2);
  t.strictSame(told, ['DataProduct panic', 'DataProduct error', 'DataProduct panic', 'DataProduct error']);
  await workers.stop();
});

t.test('what needs a human is not tried again', async t => {
  const { clock, queue, told, workers } = setUp(async () => ({ isTerminal: true }));
  queue.add(key('a'));
  await turn();
  t.strictSame(told, ['DataProduct terminal']);
  t.equal(clock.timers, 0);
  await workers.stop();
});

t.test('without the lease nothing is tried again', async t => {
  const { clock, queue, workers } = setUp(async () => {
    throw new NotLeadingError();
  });
  queue.add(key('a'));
  await turn();
  t.equal(clock.timers, 0);
  await workers.stop();
});

t.test('one key is never worked on twice at a time, and no more keys than workers', async t => {
  const active = new Map<string, number>();
  let most = 0;
  const { queue, workers } = setUp(async ({ name }) => {
    active.set(name, (active.get(name) ?? 0) + 1);
    most = Math.max(most, active.size);
    t.equal(active.get(name), 1);
    queue.add(key(name === 'a' ? 'b' : name));
    await turn();
    active.delete(name);
    return { isTerminal: false };
  }, 2);
  for (const name of ['a', 'b', 'c']) queue.add(key(name));
  for (let i = 0; i < 5; i++) await turn();
  t.equal(most, 2);
  await workers.stop();
});

t.test('a reconcile that takes too long is told to end, and tried again', async t => {
  const { clock, queue, told, workers } = setUp(
    (_key, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    1,
    1,
  );
  queue.add(key('a'));
  await until(() => told.length > 0);
  t.strictSame(told, ['DataProduct error']);
  t.equal(clock.timers, 1);
  await workers.stop();
});

t.test('a stop waits for what is under way, an abort ends it', async t => {
  const { queue, told, workers } = setUp(
    (_key, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  queue.add(key('a'));
  await turn();
  const stopped = workers.stop();
  await turn();
  t.strictSame(told, []);
  workers.abort(new Error('patience is over'));
  await stopped;
  t.strictSame(told, ['DataProduct error']);
});

t.test('a server that asks for time gets it', async t => {
  const busy = Object.assign(apiError(429), { retryAfterMs: 5000 });
  const { clock, queue, workers } = setUp(async () => {
    throw busy;
  });
  queue.add(key('a'));
  await turn();
  clock.advance(4999);
  t.equal(queue.depth, 0);
  clock.advance(1);
  t.equal(queue.unfinished().longest >= 0, true);
  await turn();
  t.equal(queue.failures(key('a')), 2);
  await workers.stop();
});
