import t from 'tap';
import { ThreadSupply } from '../../../../policies/engine/threads/thread-supply.ts';
import { Inventory } from '../../../../policies/inventory/inventory.ts';
import { loadHostile } from '../hostile-bundle.ts';

const PATIENT_MS = 120_000;

t.test('a bundle whose threads do not answer in time is given up, and those that serve go on', async t => {
  const bundle = await loadHostile('faulty');
  let startMs = PATIENT_MS;
  const supply = new ThreadSupply(bundle, {
    inventory: new Inventory(bundle.projection),
    threads: 1,
    maximumPages: 2048,
    get startMs() {
      return startMs;
    },
    now: () => 0,
    onReplaced: reason => t.fail(`a thread was replaced: ${reason}`),
    onRoom: () => {},
    onEnded: reason => t.fail(`a thread has ended: ${reason}`),
  });
  t.teardown(() => supply.close());
  await supply.start();
  const [serving] = supply.serving;

  // Only for the thread that never answers: a good one takes as long as the machine does.
  startMs = 500;
  await t.rejects(supply.swap(await loadHostile('endless-start')), /did not answer within 500 ms/);
  t.equal(supply.bundle, bundle);
  t.equal(supply.serving[0], serving);
  t.equal(serving?.isEnded, false);

  startMs = PATIENT_MS;
  const upgraded = await loadHostile('upgraded');
  await supply.swap(upgraded);
  t.equal(supply.bundle, upgraded);
  t.equal(supply.serving[0]?.bundle, upgraded);
});
