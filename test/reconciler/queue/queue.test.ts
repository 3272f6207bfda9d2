import t from 'tap';
import type { Key } from '../../../reconciler/key.ts';
import { createQueue, type Queue, type QueueMetrics } from '../../../reconciler/queue/queue.ts';
import { createManualClock } from '../manual-clock.ts';

const key = (name: string): Key => ({ kind: 'DataProduct', namespace: 'sales', name });
const A = key('a');
const B = key('b');

function setUp(random = () => 0): {
  queue: Queue;
  clock: ReturnType<typeof createManualClock>;
  told: string[];
} {
  const clock = createManualClock();
  const told: string[] = [];
  const metrics: QueueMetrics = {
    added: () => told.push('added'),
    queued: seconds => told.push(`queued ${seconds}`),
    worked: seconds => told.push(`worked ${seconds}`),
    retried: () => told.push('retried'),
  };
  const queue = createQueue({ now: clock.now, schedule: clock.schedule, random, metrics });
  return { queue, clock, told };
}

async function takeAll(queue: Queue): Promise<string[]> {
  const names: string[] = [];
  while (queue.depth > 0) {
    const taken = await queue.get();
    if (taken === undefined) break;
    names.push(taken.name);
    queue.done(taken);
  }
  return names;
}

t.test('a key that is added twice is given out once', async t => {
  const { queue } = setUp();
  queue.add(A);
  queue.add(B);
  queue.add({ ...A });
  t.equal(queue.depth, 2);
  t.strictSame(await takeAll(queue), ['a', 'b']);
});

t.test('a key that is added while it is worked on comes once more afterwards, and not before', async t => {
  const { queue } = setUp();
  queue.add(A);
  t.strictSame(await queue.get(), A);
  queue.add(A);
  queue.add(A, 'listed');
  t.equal(queue.depth, 0);
  queue.done(A);
  t.equal(queue.depth, 1);
  t.strictSame(await takeAll(queue), ['a']);
});

t.test('what a list brought yields to fresh events, and a fresh event overtakes its own entry', async t => {
  const { queue } = setUp();
  for (const name of ['a', 'b', 'c']) queue.add(key(name), 'listed');
  queue.add(key('d'));
  queue.add(key('c'));
  queue.add(key('d'), 'listed');
  t.strictSame([queue.depth, queue.listed], [4, 2]);
  t.strictSame(await takeAll(queue), ['d', 'c', 'a', 'b']);
});

t.test('who waits for a key gets the next one', async t => {
  const { queue } = setUp();
  const waiting = queue.get();
  queue.add(A);
  t.strictSame(await waiting, A);
  t.equal(queue.depth, 0);
});

t.test('a delayed key comes at its time, the soonest of several', async t => {
  const { queue, clock } = setUp();
  queue.addAfter(A, 5000);
  queue.addAfter(A, 1000);
  queue.addAfter(A, 3000);
  clock.advance(999);
  t.equal(queue.depth, 0);
  clock.advance(1);
  t.equal(queue.depth, 1);
  await takeAll(queue);
  clock.advance(10_000);
  t.equal(queue.depth, 0);
});

t.test('a delay beyond what a timer can hold is waited for in full', async t => {
  const { queue, clock } = setUp();
  const year = 365 * 86_400_000;
  queue.addAfter(A, year);
  clock.advance(2 ** 31);
  t.equal(queue.depth, 0);
  clock.advance(year - 2 ** 31);
  t.equal(queue.depth, 1);
});

t.test('without a delay it comes at once', async t => {
  const { queue } = setUp();
  queue.addAfter(A, 0);
  t.equal(queue.depth, 1);
});

t.test('a key that fails waits twice as long each time, until it succeeds', async t => {
  const { queue, clock } = setUp();
  for (const [failures, delay] of [5, 10, 20, 40].entries()) {
    t.equal(queue.failures(A), failures);
    queue.addRateLimited(A);
    clock.advance(delay - 1);
    t.equal(queue.depth, 0);
    clock.advance(1);
    t.strictSame(await takeAll(queue), ['a']);
  }
  queue.forget(A);
  t.equal(queue.failures(A), 0);
  queue.addRateLimited(A);
  clock.advance(5);
  t.equal(queue.depth, 1);
});

t.test('what the server asked for is waited for', async t => {
  const { queue, clock } = setUp();
  queue.addRateLimited(A, 30_000);
  clock.advance(29_999);
  t.equal(queue.depth, 0);
  clock.advance(1);
  t.equal(queue.depth, 1);
});

t.test('after shutdown nothing is given out and nothing wakes up', async t => {
  const { queue, clock } = setUp();
  queue.addAfter(B, 10);
  const waiting = queue.get();
  queue.shutDown();
  t.equal(await waiting, undefined);
  queue.add(A);
  queue.addAfter(A, 1);
  clock.advance(100);
  t.equal(queue.depth, 0);
  t.equal(await queue.get(), undefined);
  t.equal(clock.timers, 0);
});

t.test('what is under way may be given back after shutdown', async t => {
  const { queue } = setUp();
  queue.add(A);
  await queue.get();
  queue.add(A);
  queue.shutDown();
  queue.done(A);
  t.equal(queue.depth, 0);
  queue.done(A);
});

t.test('the queue tells what happens to its items', async t => {
  const { queue, clock, told } = setUp();
  queue.add(A);
  clock.advance(2000);
  await queue.get();
  clock.advance(3000);
  t.strictSame(queue.unfinished(), { sum: 3, longest: 3 });
  queue.add(A);
  queue.done(A);
  queue.addRateLimited(B);
  t.strictSame(told, ['added', 'queued 2', 'added', 'worked 3', 'added', 'retried']);
});
