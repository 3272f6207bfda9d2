import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../cluster/connect.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { until } from '../until.ts';
import { CONFIG_MAPS, configMap, follow, forAll, newNamespace, refTo, startLive } from './live.ts';

const WIDGETS = { group: 'example.com', version: 'v1', plural: 'widgets' };

const { plane, cluster } = await startLive(t);

t.test('bookmarks arrive, and the watch is resumed without a list', async t => {
  const namespace = await newNamespace(cluster);
  const { events, watch, state } = await follow(
    t,
    cluster,
    { resource: CONFIG_MAPS, namespace },
    { timeoutSeconds: 4 },
  );
  await watch.synced;
  // It sends one before it ends a watch, if the watch brought something until then.
  let created = 0;
  await until(
    async () => {
      await cluster.create(configMap(namespace, `early-${created++}`, 'x'));
      return events.some(({ kind }) => kind === 'bookmark');
    },
    { pauseMs: 200 },
  );
  await until(() => events.filter(({ kind }) => kind === 'opened').length >= 2);
  t.equal(events.filter(({ kind }) => kind === 'listed').length, 1);
  await cluster.create(configMap(namespace, 'late', 'x'));
  await until(() => state.has('late'));
});

t.test('nothing is lost while watches end and resume all the time', async t => {
  const namespace = await newNamespace(cluster);
  const { state, watch, deleted } = await follow(
    t,
    cluster,
    { resource: CONFIG_MAPS, namespace },
    { timeoutSeconds: 1 },
  );
  await watch.synced;
  const names = Array.from({ length: 300 }, (_, index) => `c${index}`);
  const change = async (name: string) => {
    await cluster.create(configMap(namespace, name, 'one'));
    await sleep(50);
    await cluster.patch(refTo(namespace, name), { type: 'merge', fields: { data: { text: 'two' } } });
    if (name.endsWith('0')) await cluster.remove(refTo(namespace, name));
  };
  await forAll(names, change);
  await until(() => new Set(deleted).size === 30 && state.size === 270);
  await until(() => [...state.values()].every(object => textOf(object) === 'two'));
});

t.test('custom resources are followed before, while and after their kind exists', async t => {
  const { state, watch, events } = await follow(t, cluster, { resource: WIDGETS });
  await until(() => events.some(({ kind }) => kind === 'failed'));
  t.equal(watch.hasSynced, false);
  await cluster.create(widgetDefinition());
  await watch.synced;
  const widget = (name: string) => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'default' },
    spec: { anything: { goes: [1, 2] } },
  });
  await eventually(() => cluster.create(widget('a')));
  await until(() => state.has('a'));
  t.match(state.get('a'), { kind: 'Widget', spec: { anything: { goes: [1, 2] } } });
  t.notOk(state.get('a')?.metadata['managedFields']);

  await cluster.remove({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'widgets.example.com',
  });
  await until(() => !state.has('a'));
  await eventually(() => cluster.create(widgetDefinition()));
  await eventually(() => cluster.create(widget('b')));
  await until(() => state.has('b'));
});

t.test('a watch without the right to list keeps trying and follows once it is allowed', async t => {
  const namespace = await newNamespace(cluster);
  const reader = connect({ kubeconfig: await plane.userKubeconfig('reader') });
  t.teardown(() => reader.close());
  const { state, watch, events } = await follow(t, reader, { resource: CONFIG_MAPS, namespace });
  await until(() =>
    events.some(event => event.kind === 'failed' && String(event.error).includes('forbidden')),
  );
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'reader', namespace } };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }];
  await cluster.create({ ...rbac, kind: 'Role', rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  await cluster.create({
    ...rbac,
    kind: 'RoleBinding',
    roleRef,
    subjects: [{ kind: 'User', name: 'reader' }],
  });
  await watch.synced;
  await cluster.create(configMap(namespace, 'seen', 'x'));
  await until(() => state.has('seen'));
});

function textOf(object: KubernetesObject): unknown {
  return (object as { data?: { text?: unknown } }).data?.text;
}

function widgetDefinition(): KubernetesObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

/** What Kubernetes grants only after a moment: a new kind is served, an old one of its name is gone. */
async function eventually(work: () => Promise<unknown>): Promise<void> {
  let refusal: unknown;
  const granted = () =>
    work().then(
      () => true,
      (error: unknown) => {
        refusal = String(error);
        return false;
      },
    );
  await until(granted, { pauseMs: 100, seen: () => refusal });
}
