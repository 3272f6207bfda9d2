// Secrets whose values are made up, and the pods that read them.

import t from 'tap';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import { SECRETS_ANNOTATION } from '../../policies/engine/children/secret-readers.ts';
import { applyPlan } from '../../reconciler/apply.ts';
import { reconcile } from '../../reconciler/reconcile.ts';
import { apiError, KEY, ORDERS, scripted, wish } from './scripted-deps.ts';

const { signal } = new AbortController();
const annotations = { 'dappmesh.io/generate': 'password' };
const secret = wish('store', {
  kind: 'Secret',
  metadata: { name: 'store', namespace: 'sales', annotations },
});
const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'store', key: 'password' } } }];
const reader = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'sales' },
  spec: { template: { spec: { containers: [{ name, env }] } } },
});
const built = { objects: [secret, reader('server'), reader('other')] };

interface Template {
  readonly template: { readonly metadata: { readonly annotations: Record<string, string> } };
}

const digestOf = (sent: KubernetesObject | undefined): string | undefined =>
  (sent?.['spec'] as Template | undefined)?.template.metadata.annotations[SECRETS_ANNOTATION];

t.test('one reconcile makes the Secret and all pods that read it, each for the same values', async t => {
  const sent = new Map<string, KubernetesObject>();
  const scene = scripted({ built, onRequest: (request, object) => void sent.set(request, object) });
  await reconcile(KEY, scene.deps, signal);
  t.strictSame(scene.requests.slice(0, 3).toSorted(), [
    'apply Deployment other',
    'apply Deployment server',
    'apply Secret store',
  ]);
  t.equal(scene.requests[0], 'apply Secret store');
  const digest = digestOf(sent.get('apply Deployment server'));
  t.match(digest, /^[0-9a-f]+$/);

  const live = sent.get('apply Secret store');
  t.match(live?.['data'], { password: /^.{32,}$/ });
  const later = new Map<string, KubernetesObject>();
  const again = scripted({
    built,
    children: [
      { object: { ...live, metadata: { ...live?.metadata, uid: 's' } } as KubernetesObject, ours: true },
    ],
    onRequest: (request, object) => void later.set(request, object),
  });
  await reconcile(KEY, again.deps, signal);
  t.equal(digestOf(later.get('apply Deployment server')), digest, 'as whoever sees the Secret later has it');
  t.notOk(later.has('apply Secret store'));
});

t.test('pods wait for values that were made up elsewhere and are not seen yet', async t => {
  const scene = scripted({ built });
  const desired = finishChild(secret, ORDERS);
  await applyPlan({ steps: [{ action: 'create', desired }], prune: [], held: [] }, scene.deps, signal);
  await reconcile(KEY, scene.deps, signal);
  t.notOk(scene.requests.some(request => request.startsWith('apply Deployment')));
});

t.test('a Secret that somebody was faster to make keeps its values', async t => {
  const desired = finishChild(secret, ORDERS);
  const found = {
    ...desired,
    data: { password: 'kept' },
    metadata: {
      ...desired.metadata,
      managedFields: [{ manager: 'dappmesh-reconciler', operation: 'Apply' }],
      resourceVersion: '7',
    },
  };
  const errors = [apiError(409, 'the object has been modified')];
  const sent: unknown[] = [];
  const scene = scripted({
    found,
    onRequest(_request, object) {
      sent.push(object['data']);
      const error = errors.shift();
      if (error !== undefined) throw error;
    },
  });
  const madeUp = { password: 'made' };
  await applyPlan(
    { steps: [{ action: 'create', desired, madeUp }], prune: [], held: [] },
    scene.deps,
    signal,
  );
  t.strictSame(sent, [{ password: 'made' }, { password: 'kept' }]);
});
