import t from 'tap';
import { createFlights } from '../../reconciler/flights.ts';

const object = (resourceVersion: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a', resourceVersion },
});

t.test('without a write under way, nothing is held back', async t => {
  const flights = createFlights();
  const sighting = { resourceVersion: '1', tell: () => t.fail('told') };
  t.notOk(flights.holdBack('a', sighting));
  await flights.send(
    'b',
    async () => (t.notOk(flights.holdBack('a', sighting)), object('2')),
    () => {},
  );
  t.notOk(flights.holdBack('b', sighting));
});

t.test('a write that fails explains nothing: everything that was seen is told', async t => {
  const flights = createFlights();
  const told: string[] = [];
  const write = async () => {
    for (const version of ['1', '2', undefined])
      flights.holdBack('a', { resourceVersion: version, tell: () => told.push(version ?? 'gone') });
    throw new Error('429');
  };
  await t.rejects(
    flights.send('a', write, () => t.fail('no answer')),
    { message: '429' },
  );
  t.strictSame(told, ['1', '2', 'gone']);
});

t.test('of what was seen, only what is newer than the answer is told', async t => {
  const flights = createFlights();
  const told: string[] = [];
  const shown: boolean[] = [];
  const write = async () => {
    for (const version of ['8', '9', '10'])
      flights.holdBack('a', { resourceVersion: version, tell: () => told.push(version) });
    return object('9');
  };
  await flights.send('a', write, (_answer, isShown) => shown.push(isShown));
  t.strictSame(told, ['10']);
  t.strictSame(shown, [true]);
});

t.test('an answer that nobody has seen yet, or only something older, is not shown', async t => {
  const flights = createFlights();
  const shown: boolean[] = [];
  const note = (_answer: unknown, isShown: boolean) => shown.push(isShown);
  await flights.send('a', async () => object('9'), note);
  const write = async () => {
    flights.holdBack('a', { resourceVersion: '8', tell: () => t.fail('told') });
    return object('9');
  };
  await flights.send('a', write, note);
  t.strictSame(shown, [false, false]);
});

t.test('of two writes of one object, the last to be answered tells', async t => {
  const flights = createFlights();
  const told: string[] = [];
  const second = Promise.withResolvers<ReturnType<typeof object>>();
  const slow = flights.send(
    'a',
    () => second.promise,
    () => {},
  );
  await flights.send(
    'a',
    async () => object('5'),
    () => {},
  );
  flights.holdBack('a', { resourceVersion: '7', tell: () => told.push('7') });
  flights.holdBack('a', { resourceVersion: '6', tell: () => told.push('6') });
  t.strictSame(told, []);
  second.resolve(object('6'));
  await slow;
  t.strictSame(told, ['7']);
});
