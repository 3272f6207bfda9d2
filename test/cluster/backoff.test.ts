import t from 'tap';
import { createBackoff, REFLECTOR_BACKOFF } from '../../cluster/backoff.ts';

function backoffAt(clock: { now: number }, random = 0) {
  return createBackoff(REFLECTOR_BACKOFF, { now: () => clock.now, random: () => random });
}

t.test('delays double from 0.8 s to 30 s', async t => {
  const backoff = backoffAt({ now: 0 });
  const delays = Array.from({ length: 8 }, () => backoff.next());
  t.strictSame(delays, [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
});

t.test('jitter spreads a delay up to twice its base, never over the limit', async t => {
  const backoff = backoffAt({ now: 0 }, 0.5);
  const delays = Array.from({ length: 7 }, () => backoff.next());
  t.strictSame(delays, [1_200, 2_400, 4_800, 9_600, 19_200, 30_000, 30_000]);
});

t.test('two healthy minutes make the next failure the first again', async t => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  backoff.next();
  backoff.next();
  clock.now = 120_000;
  t.equal(backoff.isFresh, false);
  t.equal(backoff.next(), 3_200);
  clock.now += 120_001;
  t.equal(backoff.isFresh, true);
  t.equal(backoff.next(), 800);
});

t.test('it never comes back earlier than the server asked', async t => {
  const backoff = backoffAt({ now: 0 }, 0.5);
  t.equal(backoff.next(60_000), 63_000);
  t.equal(backoff.next(10), 2_400);
});

t.test('a server that asks for hours is asked again after minutes', async t => {
  t.equal(backoffAt({ now: 0 }).next(86_400_000), 300_000);
});
