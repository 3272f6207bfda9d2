import t, { type Test } from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { competeForLease, type LeaseEvent, type LeaseOptions } from '../../cluster/lease.ts';
import type { ApiRequest } from '../../cluster/request.ts';
import { until } from '../until.ts';
import { createObjectStore, type ObjectStore } from '../webhook/object-store.ts';

/** By the clock of the scene, but for the retries, which are in real time. */
const TIMING = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 20 };
const PATH = '/apis/coordination.k8s.io/v1/namespaces/system/leases/reconciler';

interface Contestant {
  readonly events: LeaseEvent[];
  readonly isHeld: () => boolean;
  readonly stop: () => Promise<void>;
  /** Its requests are answered by this from now on. */
  answer: (request: ApiRequest) => Promise<unknown>;
}

/** What happened to whom, in order. */
interface Scene {
  readonly store: ObjectStore;
  /** Everybody's; it stands still unless a test moves it. */
  readonly clock: { ms: number };
  readonly history: string[];
  join(identity: string, options?: Partial<LeaseOptions>): Contestant;
}

function openScene(t: Test): Scene {
  const store = createObjectStore();
  const history: string[] = [];
  const clock = { ms: 0 };
  return {
    store,
    clock,
    history,
    join(identity, options = {}) {
      const events: LeaseEvent[] = [];
      const contestant = { events, answer: (request: ApiRequest) => store.request(request) };
      const request = async <Answer>(what: ApiRequest) => {
        what.signal?.throwIfAborted();
        return (await contestant.answer(what)) as Answer;
      };
      const onEvent = (event: LeaseEvent) => {
        events.push(event);
        history.push(`${identity} ${event.kind}`);
      };
      const names = { namespace: 'system', name: 'reconciler', identity };
      const common = { ...names, timing: TIMING, now: () => clock.ms, onEvent };
      const election = competeForLease({ request }, { ...common, ...options });
      t.teardown(() => election.stop());
      return Object.assign(contestant, { isHeld: election.isHeld, stop: () => election.stop() });
    },
  };
}

function specOf(store: ObjectStore): Record<string, unknown> {
  return store.objects.get(PATH)?.['spec'] as Record<string, unknown>;
}

t.test('whoever comes first gets it, and the Lease says so', async t => {
  const { store, join } = openScene(t);
  const a = join('a');
  t.equal(a.isHeld(), false);
  await until(a.isHeld);
  t.match(specOf(store), { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
  t.match(specOf(store)['renewTime'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const acquired = specOf(store)['acquireTime'];
  const renewed = specOf(store)['renewTime'];
  await until(() => specOf(store)['renewTime'] !== renewed);
  t.equal(specOf(store)['acquireTime'], acquired);
});

t.test('of two that come at once only one gets it', async t => {
  const { history, join } = openScene(t);
  const [a, b] = [join('a'), join('b')];
  await until(() => a.isHeld() || b.isHeld());
  await until(() => [a, b].every(({ events }) => events.some(({ kind }) => kind === 'leader')));
  t.equal(history.filter(line => line.endsWith('acquired')).length, 1);
  t.not(a.isHeld(), b.isHeld());
});

t.test('a leader that is cut off stops by itself before the other begins', async t => {
  const { store, clock, history, join } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  a.answer = () => Promise.reject(new Error('cut off'));
  const b = join('b');
  let looks = 0;
  b.answer = request => {
    looks++;
    return store.request(request);
  };
  const looksAgain = () => {
    const before = looks;
    return until(() => looks > before + 1);
  };
  await until(() => b.events.some(({ kind }) => kind === 'leader'));
  clock.ms += TIMING.renewDeadlineMs;
  t.equal(a.isHeld(), false);
  await until(() => history.includes('a lost'));
  clock.ms += TIMING.durationMs - TIMING.renewDeadlineMs - 1;
  await looksAgain();
  t.equal(b.isHeld(), false);
  clock.ms += 1;
  await until(b.isHeld);
  t.match(specOf(store), { holderIdentity: 'b', leaseTransitions: 1 });
});

t.test('a leader whose requests hang stops by itself, and not later than its deadline', async t => {
  const { clock, join } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  const isLost = () => a.events.some(({ kind }) => kind === 'lost');
  a.answer = async ({ timeoutMs = 0 }) => {
    if (!isLost()) clock.ms += timeoutMs;
    throw new Error('no answer');
  };
  await until(isLost);
  t.equal(a.isHeld(), false);
  t.equal(clock.ms, TIMING.renewDeadlineMs);
});

t.test('a process that was stopped knows at once that its lease has run out', async t => {
  const { clock, join } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  clock.ms += TIMING.renewDeadlineMs - 1;
  t.equal(a.isHeld(), true);
  clock.ms += 1;
  t.equal(a.isHeld(), false);
});

t.test('a lease that is given up is taken without waiting for its end', async t => {
  const { history, join, store } = openScene(t);
  const long = { ...TIMING, durationMs: 3_600_000 };
  const a = join('a', { timing: long });
  await until(a.isHeld);
  const b = join('b', { timing: long });
  await until(() => b.events.some(({ kind }) => kind === 'leader'));
  await a.stop();
  t.equal(a.isHeld(), false);
  await until(b.isHeld);
  t.ok(history.indexOf('a released') < history.indexOf('b acquired'));
  t.match(specOf(store), { holderIdentity: 'b', leaseDurationSeconds: 3_600 });
});

t.test('a lease that somebody else took is lost', async t => {
  const { join, store } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  const lease = store.objects.get(PATH);
  await store.request({
    method: 'PATCH',
    path: PATH,
    body: { metadata: {}, spec: { ...(lease?.['spec'] as object), holderIdentity: 'robber' } },
  });
  await until(() => a.events.some(({ kind }) => kind === 'lost'));
  t.match(
    a.events.find(({ kind }) => kind === 'lost'),
    { reason: 'held by robber' },
  );
});

t.test('a lease that was deleted is made anew by its holder', async t => {
  const { join, store } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  store.objects.delete(PATH);
  await until(() => store.objects.has(PATH));
  t.notOk(a.events.some(({ kind }) => kind === 'lost'));
});

t.test('a renewal whose answer was lost is neither a loss nor an error for long', async t => {
  const { join, store } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  let swallowed = 0;
  a.answer = async request => {
    const answer = await store.request(request);
    if (request.method === 'PUT' && swallowed++ === 0)
      throw new ApiError({ status: 504, reason: '', message: '' });
    return answer;
  };
  await until(() => swallowed >= 3);
  t.notOk(a.events.some(({ kind }) => kind === 'lost'));
});

t.test('stopping one that never led leaves the Lease alone', async t => {
  const { join, store } = openScene(t);
  const a = join('a');
  await until(a.isHeld);
  const b = join('b');
  await until(() => b.events.length > 0);
  await b.stop();
  t.match(specOf(store), { holderIdentity: 'a' });
});

t.test('a renewal that arrives while the lease is given up does not keep it', async t => {
  const { store, history, join } = openScene(t);
  const contestant = join('a');
  await until(() => history.includes('a acquired'));
  let overtaken = 0;
  contestant.answer = request => {
    if (request.method !== 'PUT' || overtaken > 0) return store.request(request);
    overtaken++;
    throw new ApiError({ status: 409, reason: 'Conflict', message: 'the object has been modified' });
  };
  await contestant.stop();
  t.equal(overtaken, 1);
  t.equal(history.at(-1), 'a released');
  t.equal(specOf(store)['holderIdentity'], '');
});
