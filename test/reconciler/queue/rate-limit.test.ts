import t from 'tap';
import { CONTROLLER_LIMITS, createRateLimiter } from '../../../reconciler/queue/rate-limit.ts';

t.test('a key backs off from 5 ms to 1,000 s', async t => {
  let now = 0;
  const limiter = createRateLimiter(CONTROLLER_LIMITS, { now: () => now, random: () => 0 });
  const delays = Array.from({ length: 20 }, () => {
    now += 1_000_000;
    return limiter.next('a');
  });
  t.strictSame(delays.slice(0, 4), [5, 10, 20, 40]);
  t.equal(delays.at(-1), 1_000_000);
  t.equal(limiter.failures('a'), 20);
  limiter.forget('a');
  t.equal(limiter.next('a'), 5);
});

t.test('keys that failed together come back apart', async t => {
  const draws = [0, 0.5, 1];
  const limiter = createRateLimiter(CONTROLLER_LIMITS, { now: () => 0, random: () => draws.shift() ?? 0 });
  t.strictSame([limiter.next('a'), limiter.next('b'), limiter.next('c')], [5, 5.25, 5.5]);
});

t.test('a hundred at once, then ten a second', async t => {
  let now = 0;
  const limiter = createRateLimiter(CONTROLLER_LIMITS, { now: () => now, random: () => 0 });
  const delays = Array.from({ length: 103 }, (_, i) => limiter.next(`key-${i}`));
  t.ok(delays.slice(0, 100).every(delay => delay === 5));
  t.strictSame(delays.slice(100), [100, 200, 300]);
  now = 1300;
  t.equal(limiter.next('later'), 5);
});
