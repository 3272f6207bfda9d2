import t from 'tap';
import { notBuilt } from '../../policies/engine/children/built.ts';
import type { ChildOutcome } from '../../reconciler/apply.ts';
import { list, stateOfChildren } from '../../reconciler/progress.ts';
import { wish } from './scripted-deps.ts';

const BUILT = { ...notBuilt([]), objects: [wish('a'), wish('b')] };
const fine = (name: string): ChildOutcome => ({ desired: wish(name), live: wish(name) });
const withStatus = (name: string, type: string, message: string): ChildOutcome => ({
  desired: wish(name),
  live: { ...wish(name), status: { conditions: [{ type, status: 'True', message }] } },
});
const problem = (name: string, kind: 'conflict' | 'denied' | 'missing' | 'refused'): ChildOutcome => ({
  desired: wish(name),
  problem: { kind, message: `${kind}!` },
});

t.test('all children ready: ready, in the words of the blueprint where it has any', async t => {
  t.match(stateOfChildren([fine('a'), fine('b')], BUILT), {
    kind: 'ready',
    reason: 'Succeeded',
    message: '2 objects are in place',
  });
  const ready = { reason: 'InForce', message: 'until tomorrow' };
  t.match(stateOfChildren([], { ...notBuilt([]), ready }), { kind: 'ready', ...ready });
  t.match(stateOfChildren([], notBuilt([])), { message: 'nothing to build' });
});

t.test('a problem counts more than a failed child, and that more than one on its way', async t => {
  const failed = withStatus('b', 'Stalled', 'is broken');
  const working = withStatus('c', 'Reconciling', 'is working');
  t.match(stateOfChildren([failed, working, problem('a', 'refused')], BUILT), {
    kind: 'stalled',
    reason: 'ReconciliationFailed',
    message: 'ConfigMap a: refused!',
  });
  t.match(stateOfChildren([working, failed], BUILT), {
    kind: 'stalled',
    reason: 'HealthCheckFailed',
    message: 'ConfigMap b is broken',
  });
  t.match(stateOfChildren([fine('a'), working], BUILT), {
    kind: 'progressing',
    message: 'waiting: ConfigMap c is working',
  });
});

t.test('what is just being made is on its way', async t =>
  t.match(stateOfChildren([{ desired: wish('a') }], BUILT), {
    kind: 'progressing',
    message: /is just being made/,
  }),
);

t.test('of several problems the one that people have to settle among themselves comes first', async t => {
  const all = (['missing', 'refused', 'denied', 'conflict'] as const).map((kind, i) =>
    problem(`c${i}`, kind),
  );
  const reasons = [4, 3, 2, 1].map(count => stateOfChildren(all.slice(0, count), BUILT));
  t.match(reasons, [
    { reason: 'FieldConflict' },
    { reason: 'AccessDenied' },
    { reason: 'ReconciliationFailed' },
    { kind: 'waiting', reason: 'DependencyNotReady', isWatched: false },
  ]);
});

t.test('a list names three, sorted, and counts the rest', async t => {
  t.equal(list(['b', 'a', 'b']), 'a; b');
  t.equal(list(['d', 'c', 'b', 'a', 'e']), 'a; b; c; and 2 more');
});
