import t from 'tap';
import { createCorrelator } from '../../reconciler/event-limits.ts';

function setUp(): {
  correlate: ReturnType<typeof createCorrelator>['correlate'];
  advance: (ms: number) => void;
} {
  let time = 0;
  const { correlate } = createCorrelator(() => new Date(time));
  return {
    correlate,
    advance(ms) {
      time += ms;
    },
  };
}

t.test('the same again counts up', async t => {
  const { correlate, advance } = setUp();
  t.match(correlate('a', 'Normal Succeeded', 'done'), { action: 'create', message: 'done' });
  advance(1000);
  t.match(correlate('a', 'Normal Succeeded', 'done'), { action: 'count', count: 2, since: new Date(0) });
  t.match(correlate('b', 'Normal Succeeded', 'done'), { action: 'create' }, 'another object');
  t.match(correlate('a', 'Warning Failed', 'done'), { action: 'create' }, 'another kind');
});

t.test('ten alike within ten minutes become one', async t => {
  const { correlate, advance } = setUp();
  const first = Array.from({ length: 9 }, (_, i) => correlate('a', 'Warning Failed', `message ${i}`));
  t.ok(first.every(({ action }) => action === 'create'));
  t.match(correlate('a', 'Warning Failed', 'message 9'), {
    action: 'create',
    message: '(combined from similar events): message 9',
  });
  t.match(correlate('a', 'Warning Failed', 'message 10'), {
    action: 'count',
    count: 2,
    message: '(combined from similar events): message 10',
  });
  advance(600_000);
  t.match(correlate('a', 'Warning Failed', 'message 11'), { action: 'create', message: 'message 11' });
});

t.test('25 per object, then one in five minutes', async t => {
  const { correlate, advance } = setUp();
  const send = () => correlate('a', 'Normal Succeeded', 'done').action;
  t.ok(Array.from({ length: 25 }, send).every(action => action !== 'drop'));
  t.equal(send(), 'drop');
  t.equal(correlate('b', 'Normal Succeeded', 'done').action, 'create');
  advance(299_000);
  t.equal(send(), 'drop');
  advance(1000);
  t.equal(send(), 'count');
  t.equal(send(), 'drop');
});

t.test('what is long ago is forgotten', async t => {
  const { correlate } = setUp();
  correlate('first', 'Normal Succeeded', 'done');
  for (let i = 0; i < 4096; i++) correlate(`object ${i}`, 'Normal Succeeded', 'done');
  t.match(correlate('first', 'Normal Succeeded', 'done'), { action: 'create' });
});
