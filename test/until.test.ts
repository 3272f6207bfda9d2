import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { until } from './until.ts';

t.test('it looks again until what it waits for holds', async t => {
  let looks = 0;
  await until(() => ++looks === 3, { pauseMs: 0 });
  t.equal(looks, 3);
  await until(async () => ++looks === 6, { pauseMs: 0 });
  t.equal(looks, 6);
});

t.test('what never holds is an error that says what it was, and what there was instead', async t => {
  const doors = ['closed'];
  await t.rejects(
    until(() => doors.includes('open'), { limitMs: 30, seen: () => doors }),
    { message: `did not hold within 0.03 s: () => doors.includes('open')\nseen: ["closed"]` },
  );
});

t.test('a look that hangs is given up too', async t => {
  const never = new Promise<boolean>(() => {});
  await t.rejects(
    until(() => never, { limitMs: 30 }),
    { message: /^did not hold within .* never$/ },
  );
});

t.test('a look that fails is not repeated', async t => {
  await t.rejects(
    until(async () => {
      await sleep(1);
      throw new Error('nobody is there');
    }),
    { message: 'nobody is there' },
  );
});
