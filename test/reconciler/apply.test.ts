import t from 'tap';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import { applyPlan } from '../../reconciler/apply.ts';
import type { Step } from '../../reconciler/plan.ts';
import { apiError, ORDERS, scripted, wish } from './scripted-deps.ts';

const { signal } = new AbortController();
const EDITED = apiError(409, 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.a');
const APPLIED = apiError(409, 'Apply failed with 1 conflict: conflict with "argocd-controller": .data.a');
const OURS = { managedFields: [{ manager: 'dappmesh-reconciler', operation: 'Apply' }] };

const desired = finishChild(wish('a', { data: { a: '1' } }), ORDERS);
const live: KubernetesObject = {
  ...desired,
  metadata: { ...desired.metadata, uid: 'u', resourceVersion: '10' },
};
const create: Step = { action: 'create', desired };
const update: Step = { action: 'update', desired, live };
const plan = (...steps: Step[]) => ({ steps, prune: [], held: [] });

/** Answers the first requests so, then as usual. */
function answering(...errors: (Error | undefined)[]): () => void {
  return () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
  };
}

t.test('a new child is applied on the condition that there is none', async t => {
  let version: string | undefined;
  const scene = scripted({ onRequest: (_request, object) => (version = object.metadata.resourceVersion) });
  const children = await applyPlan(plan(create), scene.deps, signal);
  t.equal(version, '1');
  t.match(children, [{ desired, live: { metadata: { uid: 'made' } } }]);
  t.match(scene.deps.written.child({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'a' }), {
    resourceVersion: '101',
  });
});

for (const [what, error] of [
  ['another version', apiError(409, 'the object has been modified')],
  ['other values', EDITED],
] as const)
  t.test(`something there with ${what} that is not ours is left alone`, async t => {
    const found = {
      ...live,
      metadata: { ...live.metadata, managedFields: [{ manager: 'kubectl', operation: 'Update' }] },
    };
    const scene = scripted({ found, onRequest: answering(error) });
    const children = await applyPlan(plan(create), scene.deps, signal);
    t.match(children, [{ problem: { kind: 'conflict', message: 'it exists and is not made by DappMesh' } }]);
    t.strictSame(scene.requests, ['apply ConfigMap a', 'get ConfigMap a']);
  });

t.test('something there that is ours is brought to shape, its passwords kept', async t => {
  const annotations = { 'dappmesh.io/generate': 'password' };
  const secret = finishChild(
    wish('a', { kind: 'Secret', metadata: { name: 'a', namespace: 'sales', annotations } }),
    ORDERS,
  );
  const found = {
    ...secret,
    data: { password: 'kept' },
    metadata: { ...secret.metadata, ...OURS, resourceVersion: '7' },
  };
  const sent: unknown[] = [];
  const lost = answering(apiError(409, 'the object has been modified'));
  const scene = scripted({
    found,
    onRequest(_request, object) {
      sent.push(object['data']);
      lost();
    },
  });
  await applyPlan(plan({ action: 'create', desired: secret }), scene.deps, signal);
  t.strictSame(scene.requests, ['apply Secret a', 'get Secret a', 'apply Secret a']);
  t.strictSame(sent[1], { password: 'kept' });
});

t.test('something there that another living owner has made first is theirs', async t => {
  const other = { ...ORDERS, metadata: { ...ORDERS.metadata, name: 'other', uid: 'u2' } };
  const theirs = finishChild(wish('a'), other);
  const found = { ...theirs, metadata: { ...theirs.metadata, ...OURS, resourceVersion: '7' } };
  for (const [living, outcome, requests] of [
    [
      other,
      { problem: { kind: 'conflict', message: 'it belongs to DataProduct sales/other' } },
      ['apply ConfigMap a', 'get ConfigMap a'],
    ],
    [undefined, { problem: undefined }, ['apply ConfigMap a', 'get ConfigMap a', 'apply ConfigMap a']],
  ] as const) {
    const scene = scripted({ found, onRequest: answering(apiError(409, 'the object has been modified')) });
    const store = { ...scene.deps.store, get: () => living };
    t.match(await applyPlan(plan(create), { ...scene.deps, store }, signal), [outcome]);
    t.strictSame(scene.requests, requests);
  }
});

t.test('an edit by hand is taken back', async t => {
  const scene = scripted({ onRequest: answering(EDITED) });
  const children = await applyPlan(plan(update), scene.deps, signal);
  t.strictSame(scene.requests, ['apply ConfigMap a', 'force ConfigMap a']);
  t.equal(children[0]?.problem, undefined);
});

t.test('whoever edits again and again is not fought', async t => {
  const scene = scripted({
    onRequest(request) {
      if (request.startsWith('apply')) throw EDITED;
    },
  });
  for (let edit = 0; edit < 3; edit++) await applyPlan(plan(update), scene.deps, signal);
  const children = await applyPlan(plan(update), scene.deps, signal);
  t.match(children, [{ problem: { kind: 'conflict', message: 'kubectl-edit manages .data.a' } }]);
  t.equal(scene.requests.filter(request => request.startsWith('force')).length, 3);
});

t.test('a manager that applies is not fought, nor asked again at once', async t => {
  const scene = scripted({ onRequest: answering(APPLIED) });
  for (let attempt = 0; attempt < 2; attempt++) {
    const children = await applyPlan(plan(update), scene.deps, signal);
    t.match(children, [{ problem: { kind: 'conflict', message: 'argocd-controller manages .data.a' } }]);
  }
  t.strictSame(scene.requests, ['apply ConfigMap a']);
  const changed = { ...update, live: { ...live, data: { a: '1' }, extra: true } };
  await applyPlan(plan(changed), scene.deps, signal);
  t.equal(scene.requests.length, 2, 'the child has changed');
});

t.test('an apply that changed nothing is remembered as such', async t => {
  const scene = scripted();
  const unchanged = { ...scene.deps.cluster, apply: async () => live };
  await applyPlan(plan(update), { ...scene.deps, cluster: unchanged }, signal);
  t.type(
    scene.deps.written.child({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'a' })?.settled,
    'string',
  );
});

for (const status of [404, 409])
  t.test(`a child that is gone when it is to be removed (${status}) is no fault`, async t => {
    const scene = scripted({ onRequest: answering(apiError(status)) });
    await applyPlan({ steps: [], prune: [live], held: [] }, scene.deps, signal);
    t.ok(scene.deps.written.wasRemoved('u'));
  });

t.test('nothing more is begun after a failure', async t => {
  const many = Array.from(
    { length: 20 },
    (_, i): Step => ({ action: 'create', desired: finishChild(wish(`c${i}`), ORDERS) }),
  );
  const scene = scripted({ onRequest: answering(apiError(500)) });
  await t.rejects(applyPlan(plan(...many), scene.deps, signal), { message: /no/ });
  t.ok(scene.requests.length < 10);
});

t.test('children without anything to do are no requests', async t => {
  const keep: Step = { action: 'keep', desired, live };
  const scene = scripted();
  await applyPlan(
    plan(keep, { action: 'await', desired }, { action: 'terminating', desired, live }),
    scene.deps,
    signal,
  );
  t.strictSame(scene.requests, []);
});
