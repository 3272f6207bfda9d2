import t from 'tap';
import { createDelays } from '../../../reconciler/queue/delays.ts';
import { createManualClock } from '../manual-clock.ts';

function openDelays() {
  const clock = createManualClock();
  const due: string[] = [];
  const onDue = (id: string) => void due.push(`${id} ${clock.now()}`);
  return { clock, due, delays: createDelays({ now: clock.now, schedule: clock.schedule, onDue }) };
}

t.test('each id is called once, at its soonest time, in order of time', async t => {
  const { clock, due, delays } = openDelays();
  for (const [id, delay] of [
    ['a', 3_000],
    ['b', 2_000],
    ['a', 1_000],
    ['a', 4_000],
  ] as const)
    delays.set(id, delay);
  t.equal(clock.timers, 1);
  clock.advance(10_000);
  t.strictSame(due, ['a 1000', 'b 2000']);
});

t.test('times that were replaced by sooner ones are not kept for good', async t => {
  const { clock, due, delays } = openDelays();
  for (let delay = 9_000; delay > 0; delay -= 1_000) delays.set('a', delay);
  clock.advance(1_000);
  t.strictSame(due, ['a 1000']);
  delays.set('b', 60_000);
  clock.advance(8_000);
  t.ok(clock.fired <= 2, 'nobody is woken up again and again for nothing');
  clock.advance(60_000);
  t.strictSame(due, ['a 1000', 'b 61000']);
});

t.test('what is cleared is not called', async t => {
  const { clock, due, delays } = openDelays();
  delays.set('a', 1_000);
  delays.clear();
  clock.advance(2_000);
  t.strictSame([due, clock.timers], [[], 0]);
});
