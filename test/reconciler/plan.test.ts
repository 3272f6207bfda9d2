import fc from 'fast-check';
import t from 'tap';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import type { ChildObject } from '../../policies/engine/children/blueprint-item.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import type { ObservedChild } from '../../reconciler/deps.ts';
import { desiredHash, digestOf, type Observed, type Plan, planChanges } from '../../reconciler/plan.ts';

const OWNER = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  metadata: { name: 'orders', namespace: 'sales', uid: 'u1' },
};

function child(name: string, fields: Partial<ChildObject> = {}): ChildObject {
  const { metadata, ...rest } = fields;
  const whole = { name, namespace: 'sales', ...metadata };
  return finishChild({ apiVersion: 'v1', kind: 'ConfigMap', ...rest, metadata: whole }, OWNER);
}

function stored(object: ChildObject, metadata: object = {}): KubernetesObject {
  return {
    ...object,
    metadata: { ...object.metadata, uid: `uid-${object.metadata.name}`, resourceVersion: '10', ...metadata },
  };
}

const ours = (object: KubernetesObject): ObservedChild => ({ object, ours: true });

function observed(
  desired: readonly ChildObject[],
  live: readonly ObservedChild[],
  rest: Partial<Observed> = {},
): Observed {
  return {
    ownerUid: 'u1',
    wanted: desired.map(object => ({
      desired: object,
      live: live.find(({ object: { metadata } }) => metadata.name === object.metadata.name),
      holder: undefined,
      written: undefined,
    })),
    children: live,
    held: new Set(),
    ...rest,
  };
}

const actions = ({ steps }: Plan) => steps.map(({ action }) => action);

t.test('what is not there is created, what is there is kept', async t => {
  const a = child('a', { data: { x: '1' } });
  t.strictSame(actions(planChanges(observed([a, child('b')], [ours(stored(a))]))), ['keep', 'create']);
});

t.test('a child that was changed is updated, a wish that has changed too', async t => {
  const a = child('a', { data: { x: '1' } });
  const drifted = stored({ ...a, data: { x: '2' } });
  t.strictSame(actions(planChanges(observed([a], [ours(drifted)]))), ['update']);
  const smaller = child('a', { data: {} });
  t.strictSame(actions(planChanges(observed([smaller], [ours(stored(a))]))), ['update'], 'a key less');
});

t.test('what was written and is not seen yet is not written again', async t => {
  const a = child('a', { data: { x: '1' } });
  const written = { desired: desiredHash(a), owner: 'u1', resourceVersion: '11' };
  const plan = (live?: ObservedChild, newer = written) =>
    actions(
      planChanges({ ...observed([], []), wanted: [{ desired: a, live, holder: undefined, written: newer }] }),
    );
  t.strictSame(plan(), ['await']);
  t.strictSame(plan(ours(stored({ ...a, data: { x: '2' } }))), ['await']);
  t.strictSame(plan(undefined, { ...written, desired: 'other' }), ['create']);
  t.strictSame(plan(ours(stored(a)), { ...written, desired: 'other' }), ['update']);
  t.strictSame(plan(ours(stored({ ...a, data: {} }, { resourceVersion: '12' }))), ['update'], 'seen since');
  const anothers = { ...written, desired: 'other', owner: 'u2' };
  t.strictSame(plan(ours(stored(a)), anothers), ['await'], 'another owner has just taken it');
  t.strictSame(plan(undefined, anothers), ['create'], 'the API server says whose it is');
});

t.test('what reads values that are only being made is left as it is', async t => {
  const a = child('a', { data: { x: '1' } });
  const wanted = { desired: a, live: undefined, holder: undefined, written: undefined, isUndecided: true };
  t.strictSame(planChanges({ ...observed([], []), wanted: [wanted] }).steps, [
    { action: 'await', desired: a },
  ]);
  const live = ours(stored({ ...a, data: { x: '2' } }));
  const plan = planChanges({ ...observed([], [live]), wanted: [{ ...wanted, live }] });
  t.strictSame([actions(plan), plan.prune], [['await'], []]);
});

t.test('an apply that changed nothing is not repeated while the child stays as it is', async t => {
  const a = child('a', { data: { x: '1' } });
  const live = stored({ ...a, data: { x: 'normalised' } });
  const written = { desired: desiredHash(a), owner: 'u1', resourceVersion: '10', settled: digestOf(live) };
  const plan = (object: KubernetesObject) =>
    actions(
      planChanges({
        ...observed([], []),
        wanted: [{ desired: a, live: ours(object), holder: undefined, written }],
      }),
    );
  t.strictSame(plan(live), ['keep']);
  t.strictSame(plan({ ...live, status: { x: 1 }, metadata: { ...live.metadata, resourceVersion: '20' } }), [
    'keep',
  ]);
  t.strictSame(plan({ ...live, data: { x: 'changed' } }), ['update']);
});

t.test('a child on its way out is waited for', async t => {
  const a = child('a');
  const going = ours(stored(a, { deletionTimestamp: '2026-01-01T00:00:00Z' }));
  t.strictSame(actions(planChanges(observed([a], [going]))), ['terminating']);
});

t.test('what belongs to somebody else is left to them', async t => {
  const a = child('a');
  const live = ours(stored(a));
  const plan = planChanges({
    ...observed([], []),
    wanted: [{ desired: a, live, holder: 'DataProduct sales/b', written: undefined }],
  });
  t.match(plan.steps, [{ action: 'refuse', holder: 'DataProduct sales/b' }]);
  const foreign = { object: stored(a, { ownerReferences: [] }), ours: false };
  t.strictSame(actions(planChanges(observed([a], [foreign]))), ['refuse']);
});

t.test('a generated value that is not there is made', async t => {
  const annotations = { 'dappmesh.io/generate': 'password' };
  const secret = child('a', { kind: 'Secret', metadata: { name: 'a', annotations } });
  t.strictSame(actions(planChanges(observed([secret], [ours(stored(secret))]))), ['update']);
  t.strictSame(
    actions(planChanges(observed([secret], [ours(stored({ ...secret, data: { password: 'x' } }))]))),
    ['keep'],
  );
});

const old = stored(child('old', { metadata: { name: 'old', labels: { 'dappmesh.io/component': 'marts' } } }));
const UNWANTED: readonly (readonly [string, ObservedChild, Partial<Observed>, 'prune' | 'held' | 'left'])[] =
  [
    ['ours', ours(old), {}, 'prune'],
    ['not made by us', { object: old, ours: false }, {}, 'left'],
    ['in use', ours(old), { held: new Set(['marts']) }, 'held'],
    ['of an owner in use', ours(old), { held: new Set(['']) }, 'held'],
    ['a Job of what is in use', ours({ ...old, kind: 'Job' }), { held: new Set(['marts', '']) }, 'prune'],
    ['beside a component in use', ours(old), { held: new Set(['lake']) }, 'prune'],
    ['already going', ours(stored(old, { deletionTimestamp: 'now' })), {}, 'left'],
    ['of another owner', ours(old), { ownerUid: 'u2' }, 'left'],
    ['without an owner', ours(stored(old, { ownerReferences: [] })), {}, 'left'],
    ['without our label', ours(stored(old, { labels: {} })), {}, 'left'],
    ['meant to stay', ours(stored(old, { annotations: { 'dappmesh.io/prune': 'disabled' } })), {}, 'left'],
  ];

for (const [what, unwanted, rest, fate] of UNWANTED)
  t.test(`what is no longer desired, ${what}: ${fate}`, async t => {
    const plan = planChanges(observed([], [unwanted], rest));
    t.equal(plan.prune.length, fate === 'prune' ? 1 : 0);
    t.equal(plan.held.length, fate === 'held' ? 1 : 0);
  });

t.test('a child in another version of its API is the same child', async t => {
  const wanted = child('a', { apiVersion: 'apps/v2', kind: 'Deployment' });
  const live = ours(stored({ ...wanted, apiVersion: 'apps/v1' }));
  t.strictSame(planChanges(observed([wanted], [live])).prune, []);
});

const anyData = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.string(), { noNullPrototype: true });
const anyNames = fc.uniqueArray(fc.constantFrom('one', 'two', 'three', 'four', 'five'));
const anyWorld = fc.record({
  desired: fc.dictionary(fc.constantFrom('one', 'two', 'three', 'four'), anyData, { noNullPrototype: true }),
  made: fc.dictionary(fc.constantFrom('one', 'two', 'three', 'four', 'five'), anyData, {
    noNullPrototype: true,
  }),
  foreign: anyNames,
  kept: anyNames,
});

t.test('access goes with its own grant, whoever else holds the component', async t => {
  const part = (name: string, component: string, annotations: Record<string, string> = {}) =>
    child(name, { metadata: { name, annotations, labels: { 'dappmesh.io/component': component } } });
  const granted = { 'dappmesh.io/access': 'granted' };
  const topic = part('topic', 'lines');
  const reader = part('reader', 'lines', granted);
  const lost = part('lost', 'other', granted);
  const copy = child('copy', { metadata: { name: 'copy', annotations: granted } });
  const live = [topic, part('old', 'lines'), reader, lost, copy].map(object => ours(stored(object)));
  const held = new Set(['lines', 'other', '']);
  const plan = planChanges(observed([topic], live, { held }));
  t.strictSame(namesOf(plan.prune), ['reader', 'copy']);
  // Of a component for which nothing is given nobody can tell whose access is over.
  t.strictSame(namesOf(plan.held), ['old', 'lost']);
});

t.test(
  'property: once a plan is carried out there is nothing more to do, and nobody else has lost anything',
  async () => {
    fc.assert(
      fc.property(anyWorld, ({ desired, made, foreign, kept }) => {
        const wanted = Object.entries(desired).map(([name, data]) => child(name, { data }));
        const world = new Map<string, ObservedChild>();
        for (const [name, data] of Object.entries(made)) {
          const annotations = kept.some(each => each === name) ? { 'dappmesh.io/prune': 'disabled' } : {};
          world.set(name, ours(stored(child(name, { data, metadata: { name, annotations } }))));
        }
        for (const name of foreign)
          if (!world.has(name) && !(name in desired))
            world.set(name, { object: stored(child(name, { data: {} })), ours: false });
        const before = new Map(world);
        const first = planChanges(observed(wanted, [...world.values()]));
        carryOut(first, world);
        const second = planChanges(observed(wanted, [...world.values()]));
        for (const [name, was] of before) {
          if (was.ours && !kept.some(each => each === name)) continue;
          if (!world.has(name) || (!was.ours && world.get(name) !== was)) return false;
        }
        return second.prune.length === 0 && actions(second).every(action => action === 'keep');
      }),
      { numRuns: 500 },
    );
  },
);

t.test('property: a child that was lost or changed comes back, with what others added', async () => {
  fc.assert(
    fc.property(anyData, anyData, fc.constantFrom('lost', 'changed', 'extended'), (data, extra, fate) => {
      const wanted = child('one', { data });
      const world = new Map<string, ObservedChild>();
      const added = Object.fromEntries(
        Object.entries(extra).map(([key, value]) => [`foreign-${key}`, value]),
      );
      const changed = Object.fromEntries(
        Object.keys(data).map(key => [key, 'changed by hand, not by chance']),
      );
      if (fate !== 'lost')
        world.set(
          'one',
          ours(stored({ ...wanted, data: { ...data, ...(fate === 'changed' ? changed : {}), ...added } })),
        );
      const plan = planChanges(observed([wanted], [...world.values()]));
      const isDrift = fate === 'lost' || (fate === 'changed' && Object.keys(data).length > 0);
      if ((actions(plan)[0] === 'keep') === isDrift) return false;
      carryOut(plan, world);
      const repaired = world.get('one')?.object['data'] as Record<string, string>;
      const foreign = fate === 'lost' ? {} : added;
      return Object.entries({ ...data, ...foreign }).every(([key, value]) => repaired[key] === value);
    }),
    { numRuns: 300 },
  );
});

function namesOf(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({ metadata }) => metadata.name);
}

/** Server-side apply of maps: what is ours and no longer desired goes, what others added stays. */
function carryOut(plan: Plan, world: Map<string, ObservedChild>): void {
  for (const step of plan.steps) {
    if (step.action !== 'create' && step.action !== 'update') continue;
    const { name } = step.desired.metadata;
    const live = step.action === 'update' ? (step.live['data'] as object) : {};
    const theirs = Object.fromEntries(Object.entries(live).filter(([key]) => key.startsWith('foreign-')));
    const data = { ...theirs, ...(step.desired['data'] as object) };
    world.set(name, ours(stored({ ...step.desired, data })));
  }
  for (const { metadata } of plan.prune) world.delete(metadata.name);
}
