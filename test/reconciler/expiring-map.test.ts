import t from 'tap';
import { createExpiringMap } from '../../reconciler/expiring-map.ts';

function openMap() {
  const clock = { now: 0 };
  return { clock, map: createExpiringMap<string, number>(100, () => clock.now) };
}

t.test('an entry lives for its time, and anew when it is set again', async t => {
  const { clock, map } = openMap();
  map.set('a', 1);
  clock.now = 99;
  t.equal(map.get('a'), 1);
  map.set('a', 2);
  clock.now = 198;
  t.equal(map.get('a'), 2);
  clock.now = 199;
  t.equal(map.get('a'), undefined);
});

t.test('what is over is not kept, whoever asks for it or not', async t => {
  const { clock, map } = openMap();
  for (const key of ['a', 'b', 'c']) map.set(key, 0);
  clock.now = 50;
  map.set('a', 1);
  clock.now = 100;
  map.set('d', 0);
  t.strictSame([...map.keys()], ['a', 'd']);
  map.delete('a');
  t.equal(map.get('a'), undefined);
});
