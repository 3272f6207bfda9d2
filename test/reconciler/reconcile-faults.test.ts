// What one reconcile makes of faults: of children, of the engine, of the API server, of the lease.

import t from 'tap';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import type { ChildObject } from '../../policies/engine/children/blueprint-item.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import { faultFinding } from '../../policies/engine/verdict/faults.ts';
import { reconcile } from '../../reconciler/reconcile.ts';
import { apiError, KEY, ORDERS, type Script, scripted, wish } from './scripted-deps.ts';

const SUBJECT = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const HELD = { component: '', message: 'logistics/shipments uses port orders' };
const LEAVING = {
  ...ORDERS,
  metadata: { ...ORDERS.metadata, deletionTimestamp: 'now', finalizers: ['dappmesh.io/in-use', 'other'] },
};

function run(script: Script) {
  const scene = scripted(script);
  return { ...scene, result: reconcile(KEY, scene.deps, new AbortController().signal) };
}

/** Refuses what is applied under this name. */
const refusing = (name: string, error: Error) => (request: string) => {
  if (request.endsWith(` ${name}`) && !request.startsWith('status')) throw error;
};

const TERMINAL: readonly (readonly [string, Error, string, boolean])[] = [
  ['422', apiError(422, 'spec: Forbidden'), 'ReconciliationFailed', false],
  ['403', apiError(403, 'cannot patch'), 'AccessDenied', true],
  [
    '409 of another manager',
    apiError(409, 'Apply failed with 1 conflict: conflict with "x": .data'),
    'FieldConflict',
    true,
  ],
];

for (const [what, error, reason, isRetried] of TERMINAL)
  t.test(`a child's ${what} stalls with ${reason}, and nothing is pruned`, async t => {
    const old = finishChild(wish('old'), ORDERS);
    const children = [{ object: { ...old, metadata: { ...old.metadata, uid: 'x' } }, ours: true }];
    const scene = run({ built: { objects: [wish('a')] }, children, onRequest: refusing('a', error) });
    const { isTerminal, requeueAfterMs } = await scene.result;
    t.equal(isTerminal, true);
    t.equal(requeueAfterMs !== undefined, isRetried);
    t.match(scene.conditions(), [
      'Compliant True Compliant',
      `Ready False ${reason}`,
      `Stalled True ${reason}`,
    ]);
    t.notOk(scene.requests.some(request => request.startsWith('remove')));
    t.match(scene.events, [{ type: 'Warning', reason }]);
  });

t.test('a namespace or definition that is not there is waited for', async t => {
  const scene = run({
    built: { objects: [wish('a')] },
    onRequest: refusing('a', apiError(404, 'namespaces "x" not found')),
  });
  const { isTerminal, requeueAfterMs = 0 } = await scene.result;
  t.equal(isTerminal, false);
  t.ok(requeueAfterMs > 60_000);
  t.match(scene.conditions(), [
    'Compliant True Compliant',
    'Ready False DependencyNotReady',
    'Reconciling True ProgressingWithRetry',
  ]);
});

t.test('a kind that is not served is named, and nothing is written', async t => {
  const scene = run({ served: false, built: { objects: [wish('a')] } });
  await scene.result;
  t.strictSame(scene.requests, ['status DataProduct orders']);
  t.match(JSON.stringify(scene.status()), /does not serve ConfigMap in v1/);
});

t.test('a stage that fails keeps the next one from being begun', async t => {
  const objects = [
    wish('first', { kind: 'Secret' }),
    wish('second', { kind: 'Job', apiVersion: 'batch/v1' }),
  ];
  const scene = run({ built: { objects }, onRequest: refusing('first', apiError(422)) });
  await scene.result;
  t.strictSame(scene.requests, ['apply Secret first', 'status DataProduct orders']);
});

for (const error of [
  apiError(500),
  apiError(429),
  apiError(409, 'modified'),
  new UnreachableError('PATCH /x', 'reset'),
])
  t.test(`${error.message} passes by itself: thrown, and not told at first`, async t => {
    const owner = { ...ORDERS };
    const scene = run({ owner, built: { holds: [HELD] }, onRequest: refusing('orders', error) });
    await t.rejects(scene.result, error);
    t.equal(scene.status(), undefined);
  });

t.test('the third failure in a row is told, and Ready stays what it was', async t => {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: 'm',
    observedGeneration: 3,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const owner = { ...ORDERS, status: { observedGeneration: 3, conditions: [ready], snapshot: 'kept' } };
  const script = {
    owner,
    failures: 2,
    built: { objects: [wish('a')] },
    onRequest: refusing('a', apiError(500, 'etcd is slow')),
  };
  const scene = run(script);
  await t.rejects(scene.result, { message: /etcd is slow/ });
  t.match(scene.conditions(), ['Ready True Succeeded', 'Reconciling True ProgressingWithRetry']);
  t.match(scene.status(), { snapshot: 'kept' });
});

t.test('when that cannot be told either, the first error is what counts', async t => {
  const scene = run({
    failures: 5,
    built: { objects: [wish('a')] },
    onRequest(request) {
      throw apiError(500, request);
    },
  });
  await t.rejects(scene.result, { message: /apply ConfigMap a/ });
  t.strictSame(scene.logged, ['the failure could not be told in status']);
});

t.test('telling of a failure ends with the term, but not with the time of the reconcile', async t => {
  for (const isLate of [false, true]) {
    const scene = scripted({ failures: 2, built: { objects: [wish('a')] } });
    const term = new AbortController();
    if (isLate) term.abort();
    let signal: AbortSignal | undefined;
    const apply: typeof scene.deps.cluster.apply = async (object, options) => {
      if (options.subresource !== 'status') throw apiError(500);
      signal = options.signal;
      return object;
    };
    const deps = { ...scene.deps, cluster: { ...scene.deps.cluster, apply } };
    await t.rejects(reconcile(KEY, deps, term.signal));
    t.equal(signal?.aborted, false);
    term.abort();
    t.equal(signal?.aborted, !isLate);
  }
});

t.test('a bug is not put before people', async t => {
  const scene = run({
    failures: 2,
    built: { objects: [wish('a')] },
    onRequest: refusing('a', new TypeError('x is undefined')),
  });
  await t.rejects(scene.result, TypeError);
  t.notMatch(JSON.stringify(scene.status()), /undefined/);
});

t.test('a lease that is lost in mid-reconcile ends it before the next write', async t => {
  const script = {
    leads: true,
    built: { objects: [wish('a'), wish('b', { kind: 'Job', apiVersion: 'batch/v1' })] },
  };
  let leads = true;
  const scene = scripted({
    ...script,
    onRequest: () => {
      leads = false;
    },
  });
  const deps = { ...scene.deps, mayWrite: () => leads };
  await t.rejects(reconcile(KEY, deps, new AbortController().signal), { name: 'NotLeadingError' });
  t.strictSame(scene.requests, ['apply ConfigMap a']);
});

t.test('a fault of the engine that may pass is thrown; one of a blueprint stalls', async t => {
  const late = run({ built: { faults: [faultFinding('deadline', SUBJECT, '')] } });
  await t.rejects(late.result, { name: 'EngineFaultError' });
  const wrong = run({ built: { faults: [faultFinding('blueprint', SUBJECT, 'twice', 'mesh')] } });
  t.equal((await wrong.result).isTerminal, true);
  t.match(wrong.conditions(), [
    'Compliant True Compliant',
    'Ready False ReconciliationFailed',
    'Stalled True ReconciliationFailed',
  ]);
});

t.test('a question may wait for its turn for longer than an API server would', async t => {
  const budgets: unknown[] = [];
  const scene = scripted();
  const { judge, build } = scene.deps.engine;
  const engine: typeof scene.deps.engine = {
    ...scene.deps.engine,
    judge: question => (budgets.push(question.budgetMs), judge(question)),
    build: question => (budgets.push(question.budgetMs), build(question)),
  };
  await reconcile(KEY, { ...scene.deps, engine }, new AbortController().signal);
  t.strictSame(budgets, [60_000, 60_000]);
});

t.test('a policy that cannot be asked leaves compliance unknown, and is no approval', async t => {
  const scene = run({ findings: [faultFinding('abort', SUBJECT, 'boom')] });
  await scene.result;
  t.match(scene.conditions()[0], 'Compliant Unknown EvaluationFailed');
});

t.test('a finding is a verdict and no fault: what was admitted is built', async t => {
  const finding = { ...faultFinding('abort', SUBJECT, ''), code: 'DM-OWN-001', message: 'no team is set' };
  const scene = run({ findings: [finding], built: { objects: [wish('a')] } });
  await scene.result;
  t.strictSame(scene.requests, ['apply ConfigMap a', 'status DataProduct orders']);
  t.strictSame(scene.conditions(), ['Compliant False PolicyViolated', 'Ready True Succeeded']);
  t.match(JSON.stringify(scene.status()), /\[DM-OWN-001\].*no team is set/);
});

t.test('what waits writes nothing but its status', async t => {
  const scene = run({
    built: { objects: [wish('a')], waitsFor: [{ path: [], message: 'EngineClass "x" does not exist' }] },
  });
  await scene.result;
  t.strictSame(scene.requests, ['status DataProduct orders']);
  t.match(JSON.stringify(scene.status()), /EngineClass \\"x\\" does not exist/);
});

/** An agreement has ended: one child that gives access changes, one only by a label, another is no longer asked for. */
const ENDING = (() => {
  const granting = (name: string, fields: object = {}) =>
    wish(name, {
      metadata: { name, namespace: 'sales', annotations: { 'dappmesh.io/access': 'granted' } },
      ...fields,
    });
  const stored = (object: ChildObject) => {
    const child = finishChild(object, ORDERS);
    const metadata = { ...child.metadata, uid: `uid-${object.metadata.name}`, resourceVersion: '9' };
    return { object: { ...child, metadata }, ours: true };
  };
  const relabelled = ({ object: { metadata, ...rest } }: ReturnType<typeof stored>) => {
    const labels = { ...metadata.labels, 'dappmesh.io/owner-name': 'edited' };
    return { object: { ...rest, metadata: { ...metadata, labels } } as KubernetesObject, ours: true };
  };
  return {
    objects: [
      wish('a'),
      granting('changed', { data: { to: 'one' } }),
      granting('labelled', { data: { to: 'one' } }),
      granting('new'),
    ],
    children: [
      relabelled(stored(granting('labelled', { data: { to: 'one' } }))),
      stored(granting('changed', { data: { to: 'one', and: 'another' } })),
      stored(granting('gone')),
      stored(wish('old')),
    ],
  };
})();
const CLOSING = ['remove ConfigMap gone', 'apply ConfigMap changed'];

t.test('access ends while the rest waits: changed and removed, and nothing is made', async t => {
  const { objects, children } = ENDING;
  const waitsFor = [{ path: [], message: 'no class' }];
  for (const owner of [ORDERS, LEAVING]) {
    const scene = run({ owner, built: { objects, waitsFor, holds: [HELD] }, children });
    await scene.result;
    t.strictSame(
      scene.requests.filter(request => !/DataProduct/.test(request)),
      CLOSING,
    );
  }
});

t.test('access ends although another child has a problem', async t => {
  const { objects, children } = ENDING;
  const scene = run({ built: { objects }, children, onRequest: refusing('a', apiError(422)) });
  await scene.result;
  t.strictSame(scene.requests.slice(0, 2), CLOSING);
  t.notOk(scene.requests.includes('remove ConfigMap old'));
  t.equal(scene.requests.filter(request => request === 'apply ConfigMap changed').length, 1);
});

t.test('what keeps one access from ending keeps no other, is told, and tried again', async t => {
  const { objects, children } = ENDING;
  const built = { objects, waitsFor: [{ path: [], message: 'no class' }] };
  const failing = run({ built, children, onRequest: refusing('gone', apiError(500)) });
  await t.rejects(failing.result, { message: 'PATCH /x: no' });
  t.strictSame(failing.requests, CLOSING);
  const refused = run({ built, children, onRequest: refusing('changed', apiError(422, 'not so')) });
  const { requeueAfterMs = 0 } = await refused.result;
  t.ok(requeueAfterMs < 100_000);
  t.match(JSON.stringify(refused.status()), /ConfigMap changed: not so; no class/);
});

t.test('while a blueprint is at fault, nobody can say whose access has ended', async t => {
  const faults = [faultFinding('blueprint', SUBJECT, 'wrong')];
  const scene = run({ built: { faults }, children: ENDING.children });
  await scene.result;
  t.strictSame(scene.requests, ['status DataProduct orders']);
});

t.test('somebody who holds puts the finalizer on, nobody takes it off', async t => {
  const held = run({ built: { holds: [HELD] } });
  await held.result;
  t.strictSame(held.requests, ['patch DataProduct orders', 'status DataProduct orders']);
  const owner = { ...ORDERS, metadata: { ...ORDERS.metadata, finalizers: ['dappmesh.io/in-use'] } };
  const free = run({ owner });
  await free.result;
  t.strictSame(free.requests, ['patch DataProduct orders', 'status DataProduct orders']);
  const settled = run({ owner, built: { holds: [HELD] } });
  await settled.result;
  t.strictSame(settled.requests, ['status DataProduct orders']);
});

t.test('the finalizer is not put on twice while the store is behind', async t => {
  const scene = scripted({ built: { holds: [HELD] } });
  const { signal } = new AbortController();
  await reconcile(KEY, scene.deps, signal);
  await reconcile(KEY, scene.deps, signal);
  t.strictSame(scene.requests, ['patch DataProduct orders', 'status DataProduct orders']);
});

t.test('what is deleted and held says by whom; what is not, is let go', async t => {
  const held = run({ owner: LEAVING, built: { holds: [HELD] } });
  t.equal((await held.result).isTerminal, true);
  t.strictSame(held.requests, ['status DataProduct orders']);
  t.strictSame(held.conditions(), ['Ready False InUse', 'Stalled True InUse']);
  t.match(JSON.stringify(held.status()), /logistics\/shipments uses port orders/);
  const free = run({ owner: LEAVING });
  await free.result;
  t.strictSame(free.requests, ['patch DataProduct orders']);
});

t.test('what is deleted and held is kept in shape, unless its children are to go first', async t => {
  const built = { objects: [wish('a')], holds: [HELD] };
  const kept = run({ owner: LEAVING, built });
  await kept.result;
  t.strictSame(kept.requests, ['apply ConfigMap a', 'status DataProduct orders']);
  t.strictSame(kept.conditions(), ['Ready False InUse', 'Stalled True InUse']);
  const finalizers = [...LEAVING.metadata.finalizers, 'foregroundDeletion'];
  for (const given of [
    { owner: { ...LEAVING, metadata: { ...LEAVING.metadata, finalizers } }, built },
    { owner: LEAVING, built: { ...built, waitsFor: [{ path: ['spec'], message: 'no class' }] } },
    { owner: LEAVING, built, served: false },
  ]) {
    const scene = run(given);
    await scene.result;
    t.strictSame(scene.requests, ['status DataProduct orders']);
  }
});

t.test('what is in the way of a child of what is deleted and held is told, and tried again', async t => {
  const built = { objects: [wish('a')], holds: [HELD] };
  const scene = run({ owner: LEAVING, built, onRequest: refusing('a', apiError(403, 'cannot patch')) });
  const { requeueAfterMs = 0 } = await scene.result;
  t.ok(requeueAfterMs > 60_000 && requeueAfterMs < 100_000);
  t.strictSame(scene.conditions(), ['Ready False InUse', 'Stalled True InUse']);
  t.match(JSON.stringify(scene.status()), /uses port orders; ConfigMap a: cannot patch/);
});

t.test('the finalizer stays when nobody can say who holds', async t => {
  const scene = run({ owner: LEAVING, built: { faults: [faultFinding('blueprint', SUBJECT, 'wrong')] } });
  await scene.result;
  t.strictSame(scene.requests, ['status DataProduct orders']);
  t.strictSame(scene.conditions(), ['Ready False ReconciliationFailed', 'Stalled True ReconciliationFailed']);
});

t.test('what is on its way out without our finalizer is none of our business', async t => {
  const owner = { ...LEAVING, metadata: { ...LEAVING.metadata, finalizers: ['other'] } };
  const scene = run({ owner, built: { objects: [wish('a')] } });
  t.strictSame(await scene.result, { isTerminal: false });
  t.strictSame(scene.requests, []);
});

t.test('a finalizer of an object that is gone needs no removal', async t => {
  const scene = run({ owner: LEAVING, onRequest: refusing('orders', apiError(404)) });
  t.strictSame(await scene.result, { isTerminal: false });
});

t.test('what is not there is not reconciled', async t => {
  const scene = scripted();
  const deps = { ...scene.deps, store: { ...scene.deps.store, get: () => undefined } };
  t.strictSame(await reconcile(KEY, deps, new AbortController().signal), { isTerminal: false });
});

t.test('a value to copy that is not there is awaited, and keeps nothing from being built', async t => {
  const annotations = { 'dappmesh.io/copy': 'password=logistics/shipments-parcels/sales.orders.parcels' };
  const secret = wish('a', { kind: 'Secret', metadata: { name: 'a', namespace: 'sales', annotations } });
  const noted: string[] = [];
  const scene = scripted({ built: { objects: [secret, wish('b')] } });
  const copyReaders = {
    note: (source: { name: string }, reader: { name: string }) =>
      void noted.push(`${reader.name} ${source.name}`),
  };
  await reconcile(KEY, { ...scene.deps, copyReaders }, new AbortController().signal);
  t.ok(scene.requests.includes('apply Secret a') && scene.requests.includes('apply ConfigMap b'));
  t.ok(scene.conditions().includes('Ready False DependencyNotReady'));
  t.match(JSON.stringify(scene.status()), /Secret logistics\/shipments-parcels has no key/);
  t.strictSame(noted, ['orders shipments-parcels']);
});

t.test('a child that two owners want stays with the one that has it', async t => {
  const other = { ...ORDERS, metadata: { ...ORDERS.metadata, name: 'other', uid: 'u2' } };
  const object = { ...finishChild(wish('a'), other) };
  const scene = scripted({ built: { objects: [wish('a')] }, children: [{ object, ours: true }] });
  const store = {
    ...scene.deps.store,
    get: (key: { name: string }) => (key.name === 'other' ? other : ORDERS),
  };
  await reconcile(KEY, { ...scene.deps, store }, new AbortController().signal);
  t.strictSame(scene.requests, ['status DataProduct orders']);
  t.match(JSON.stringify(scene.status()), /it belongs to DataProduct sales\/other/);
});

t.test('the child of an owner that is gone is taken over', async t => {
  const gone = { ...ORDERS, metadata: { ...ORDERS.metadata, uid: 'u0' } };
  const object = {
    ...finishChild(wish('a'), gone),
    metadata: { ...finishChild(wish('a'), gone).metadata, resourceVersion: '9' },
  };
  const scene = run({ built: { objects: [wish('a')] }, children: [{ object, ours: true }] });
  await scene.result;
  t.strictSame(scene.requests, ['apply ConfigMap a', 'status DataProduct orders']);
});

t.test('what was written and is not shown is looked for once that is no longer believed', async t => {
  const { deps, requests, result } = run({ built: { objects: [wish('a')] } });
  t.strictSame(await result, { isTerminal: false });
  requests.length = 0;
  t.strictSame(await reconcile(KEY, deps, new AbortController().signal), {
    isTerminal: false,
    requeueAfterMs: 30_000,
  });
  t.strictSame(
    requests.filter(request => request.startsWith('apply')),
    [],
  );
});

t.test('an answer that changes by itself is looked at then', async t => {
  const scene = run({ built: { until: new Date('2026-03-01T13:00:00Z') } });
  t.strictSame(await scene.result, { isTerminal: false, requeueAfterMs: 3_600_000 });
});
