import t from 'tap';
import { competeForLease, type LeaseEvent } from '../../cluster/lease.ts';
import { until } from '../until.ts';
import { newNamespace, startLive } from './live.ts';

/** By a clock that stands still unless a test moves it, but for the retries, which are in real time. */
const TIMING = { durationMs: 3_600_000, renewDeadlineMs: 3_000_000, retryMs: 200 };

const { plane, cluster } = await startLive(t);

function compete(namespace: string, identity: string) {
  const events: LeaseEvent[] = [];
  const onEvent = (event: LeaseEvent) => events.push(event);
  const clock = { ms: 0 };
  const options = { namespace, name: 'live', identity, timing: TIMING, now: () => clock.ms, onEvent };
  const election = competeForLease(cluster, options);
  return { ...election, stop: () => election.stop(), events, clock };
}

t.test('the API server takes what is written, and the next one follows the first', async t => {
  const namespace = await newNamespace(cluster);
  const a = compete(namespace, 'a');
  await until(a.isHeld);
  const b = compete(namespace, 'b');
  t.teardown(() => b.stop());
  await until(() => b.events.some(({ kind }) => kind === 'leader'));
  t.equal(b.isHeld(), false);
  await a.stop();
  await until(b.isHeld);
  const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'live' };
  t.match(await cluster.get(ref), {
    spec: { holderIdentity: 'b', leaseTransitions: 1, leaseDurationSeconds: 3_600 },
  });
  t.notOk([...a.events, ...b.events].some(({ kind }) => kind === 'failed' || kind === 'lost'));
});

t.test('an outage of the API server costs the lease, and its end gives it back', async t => {
  const namespace = await newNamespace(cluster);
  const a = compete(namespace, 'a');
  t.teardown(() => a.stop());
  await until(a.isHeld);
  await plane.stopApiServer();
  await until(() => a.events.some(({ kind }) => kind === 'failed'));
  t.equal(a.isHeld(), true);
  a.clock.ms += TIMING.renewDeadlineMs;
  await until(() => a.events.some(({ kind }) => kind === 'lost'));
  t.equal(a.isHeld(), false);
  await plane.startApiServer();
  await until(a.isHeld);
  t.equal(a.events.filter(({ kind }) => kind === 'acquired').length, 2);
});
