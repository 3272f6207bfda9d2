import t from 'tap';
import { toCaBundle } from '../../../webhook/configurations/configuration-faults.ts';
import {
  type ConfigurationState,
  type KeeperDeps,
  keepConfigurations,
} from '../../../webhook/configurations/configuration-keeper.ts';
import { readShippedConfigurations } from '../../../webhook/configurations/shipped-configurations.ts';
import {
  CONFIGURATION_KINDS,
  type ConfigurationKind,
  configurationPath,
  type WebhookConfiguration,
} from '../../../webhook/configurations/webhook-configuration.ts';
import { createObjectStore, type ObjectStore } from '../object-store.ts';

const SHIPPED = await readShippedConfigurations('gitops/manifest/app', 'dappmesh');
const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const [VALIDATING, MUTATING] = CONFIGURATION_KINDS;

interface Scene {
  readonly store: ObjectStore;
  readonly states: ConfigurationState[];
  readonly found: string[];
  readonly errors: unknown[];
  readonly deps: KeeperDeps;
}

function scene(options: { installed: boolean; shipped: boolean }): Scene {
  const store = createObjectStore();
  const states: ConfigurationState[] = [];
  const found: string[] = [];
  const errors: unknown[] = [];
  for (const shipped of options.installed ? SHIPPED : []) {
    store.objects.set(pathOf(shipped), {
      ...structuredClone(shipped),
      metadata: { name: 'dappmesh', resourceVersion: '1' },
    });
  }
  const deps: KeeperDeps = {
    cluster: store,
    name: 'dappmesh',
    shipped: options.shipped ? SHIPPED : [],
    onFound: (kind, faults) =>
      found.push(...faults.map(({ fault }) => `${kind === VALIDATING ? 'v' : 'm'} ${fault}`)),
    onChecked: state => states.push(state),
    onError: error => errors.push(error),
    pollMs: 3_600_000,
  };
  return { store, states, found, errors, deps };
}

function pathOf(configuration: WebhookConfiguration): string {
  return configurationPath(configuration.kind === VALIDATING ? VALIDATING : MUTATING, 'dappmesh');
}

function stored(store: ObjectStore, kind: ConfigurationKind = VALIDATING): WebhookConfiguration {
  return store.objects.get(configurationPath(kind, 'dappmesh')) as unknown as WebhookConfiguration;
}

function edit(store: ObjectStore, change: Record<string, unknown>): void {
  const object = stored(store);
  const webhooks = (object.webhooks ?? []).map(entry => ({ ...entry, ...change }));
  store.objects.set(configurationPath(VALIDATING, 'dappmesh'), { ...object, webhooks });
}

t.test('both shipped configurations are found in the manifests', async t => {
  t.strictSame(
    SHIPPED.map(object => object.kind).toSorted((a = '', b = '') => (a < b ? -1 : 1)),
    [MUTATING, VALIDATING],
  );
  await t.rejects(
    readShippedConfigurations('gitops/manifest/app', 'other'),
    /no webhook configuration named other/,
  );
});

t.test('the authority is written into both, and nothing else is touched', async t => {
  const { deps, store, states, found } = scene({ installed: true, shipped: false });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  t.strictSame(states, ['in-order']);
  t.strictSame(found, ['v ca-bundle-stale', 'm ca-bundle-stale']);
  for (const kind of CONFIGURATION_KINDS) {
    const shipped = SHIPPED.find(object => object.kind === kind)?.webhooks?.[0];
    const entry = stored(store, kind).webhooks?.[0];
    t.strictSame(entry, {
      ...shipped,
      clientConfig: { ...shipped?.clientConfig, caBundle: toCaBundle(PEM) },
    });
  }
  const requests = store.requests.length;
  await keeper.check();
  t.equal(store.requests.length, requests + 2, 'in order: two reads, no write');
});

t.test('a new authority is written at once, and an edited one comes back', async t => {
  const { deps, store, states } = scene({ installed: true, shipped: false });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  await keeper.trust(PEM + PEM);
  t.equal(stored(store).webhooks?.[0]?.clientConfig.caBundle, toCaBundle(PEM + PEM));
  edit(store, { clientConfig: { url: 'https://127.0.0.1:1/validate', caBundle: 'AAAA' } });
  await keeper.check();
  t.equal(stored(store).webhooks?.[0]?.clientConfig.caBundle, toCaBundle(PEM + PEM));
  t.strictSame(states, ['in-order', 'in-order', 'in-order']);
});

const EDITS: readonly (readonly [title: string, change: Record<string, unknown>])[] = [
  ['failurePolicy Ignore', { failurePolicy: 'Ignore' }],
  ['no rules', { rules: [] }],
  [
    'fewer operations',
    {
      rules: [
        { apiGroups: ['dappmesh.io'], apiVersions: ['v1alpha1'], operations: ['CREATE'], resources: ['*'] },
      ],
    },
  ],
  ['a wider selector', { namespaceSelector: {} }],
  ['another service', { clientConfig: { service: { name: 'evil', namespace: 'evil' } } }],
];

for (const [title, change] of EDITS) {
  t.test(`${title} is told and put back when the shipped configuration is known`, async t => {
    const { deps, store, states, found } = scene({ installed: true, shipped: true });
    const keeper = keepConfigurations(deps);
    t.teardown(keeper.stop);
    await keeper.trust(PEM);
    found.length = 0;
    edit(store, change);
    await keeper.check();
    t.ok(found.includes('v webhook-edited'));
    t.equal(states.at(-1), 'in-order');
    t.match(stored(store).webhooks, SHIPPED.find(object => object.kind === VALIDATING)?.webhooks);
  });
}

t.test('a validating webhook that fails open is told, even if it cannot be put back', async t => {
  const { deps, store, states, found } = scene({ installed: true, shipped: false });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  edit(store, { failurePolicy: 'Ignore' });
  await keeper.check();
  await keeper.check();
  t.equal(states.at(-1), 'out-of-order');
  t.equal(found.filter(fault => fault === 'v fails-open').length, 1, 'told once');
});

t.test('deleted configurations come back if they are known, and are told if not', async t => {
  const known = scene({ installed: false, shipped: true });
  const keeper = keepConfigurations(known.deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  t.strictSame(known.states, ['in-order']);
  t.equal(known.store.objects.size, 2);
  const unknown = scene({ installed: false, shipped: false });
  const other = keepConfigurations(unknown.deps);
  t.teardown(other.stop);
  await other.trust(PEM);
  t.strictSame(unknown.states, ['missing']);
  t.strictSame(unknown.found, ['v configuration-missing', 'm configuration-missing']);
  t.equal(unknown.store.objects.size, 0);
});

t.test('somebody who edits at the same moment is not overwritten unseen', async t => {
  const { deps, store, errors } = scene({ installed: true, shipped: false });
  store.before = ({ method, path }) => {
    const object = store.objects.get(path);
    if (method === 'PATCH' && object !== undefined) object.metadata.resourceVersion = 'moved';
  };
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  t.match(errors, [{ status: 409 }]);
});
