import t from 'tap';
import { toCaBundle } from '../../../webhook/configurations/configuration-faults.ts';
import {
  type KeeperDeps,
  keepConfigurations,
  type Trust,
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
  readonly states: Trust['kind'][];
  readonly found: string[];
  readonly errors: unknown[];
  readonly reasons: string[];
  readonly deps: KeeperDeps;
}

function scene(options: { installed: boolean; shipped: boolean }): Scene {
  const store = createObjectStore();
  const states: Trust['kind'][] = [];
  const found: string[] = [];
  const errors: unknown[] = [];
  const reasons: string[] = [];
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
    onChecked(trust) {
      states.push(trust.kind);
      if (trust.kind === 'untrusted') reasons.push(trust.reason);
    },
    onError: error => errors.push(error),
    pollMs: 3_600_000,
  };
  return { store, states, found, errors, reasons, deps };
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

/** The webhooks of a configuration with our authority. */
function trusting(configuration: WebhookConfiguration | undefined) {
  return (configuration?.webhooks ?? []).map(entry => ({
    ...entry,
    clientConfig: { ...entry.clientConfig, caBundle: toCaBundle(PEM) },
  }));
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
  const broken = { kind: VALIDATING, metadata: { name: 'dappmesh' }, webhooks: [{ name: 'a' }] };
  const folder = t.testdir({ 'a.yaml': JSON.stringify(broken) });
  await t.rejects(readShippedConfigurations(folder, 'dappmesh'), /without a name or a clientConfig/);
});

t.test('the authority is written into both, and nothing else is touched', async t => {
  const { deps, store, states, found } = scene({ installed: true, shipped: false });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  t.strictSame(states, ['trusted']);
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
  edit(store, { clientConfig: { ...stored(store).webhooks?.[0]?.clientConfig, caBundle: 'AAAA' } });
  await keeper.check();
  t.equal(stored(store).webhooks?.[0]?.clientConfig.caBundle, toCaBundle(PEM + PEM));
  t.strictSame(states, ['trusted', 'trusted', 'trusted']);
});

const [ENTRY = { name: '', clientConfig: {} }] =
  SHIPPED.find(object => object.kind === VALIDATING)?.webhooks ?? [];
const SELECTOR = ENTRY['namespaceSelector'] as object;
const [RULE] = ENTRY['rules'] as [object];

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
  ['a URL in place of the service', { clientConfig: { url: 'https://127.0.0.1:1/validate' } }],
  ['a condition that never holds', { matchConditions: [{ name: 'never', expression: 'false' }] }],
  ['a selector of objects', { objectSelector: { matchLabels: { judged: 'yes' } } }],
  [
    'a selector of labels beside ours',
    { namespaceSelector: { ...SELECTOR, matchLabels: { judged: 'yes' } } },
  ],
  ['a timeout that nobody keeps', { timeoutSeconds: 1 }],
  ['another scope', { rules: [{ ...RULE, scope: 'Cluster' }] }],
  ['a rule beside ours', { rules: [RULE, { ...RULE, apiGroups: ['*'] }] }],
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
    t.equal(states.at(-1), 'trusted');
    t.strictSame(stored(store).webhooks, trusting(SHIPPED.find(object => object.kind === VALIDATING)));
  });
}

t.test('a webhook beside the shipped ones is told and taken away', async t => {
  const { deps, store, found } = scene({ installed: true, shipped: true });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  const object = stored(store);
  const [entry] = object.webhooks ?? [];
  const webhooks = [...(object.webhooks ?? []), { ...entry, name: 'second.dappmesh.io' }];
  store.objects.set(configurationPath(VALIDATING, 'dappmesh'), { ...object, webhooks });
  found.length = 0;
  await keeper.check();
  t.strictSame(found, ['v webhook-added']);
  t.strictSame(
    stored(store).webhooks?.map(({ name }) => name),
    ['validate.dappmesh.io'],
  );
});

t.test('what the API server fills in is no fault', async t => {
  const { deps, store, found } = scene({ installed: true, shipped: true });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  found.length = 0;
  const [{ clientConfig } = {}] = trusting(stored(store));
  const service = { name: 'dappmesh-webhook', namespace: 'dappmesh-system', path: '/validate', port: 443 };
  edit(store, { objectSelector: {}, clientConfig: { ...clientConfig, service } });
  await keeper.check();
  t.strictSame(found, []);
});

t.test('a roll-out that fails open is told once, trusted, and left as it is', async t => {
  const { deps, store, states, found } = scene({ installed: true, shipped: false });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  edit(store, { failurePolicy: 'Ignore' });
  await keeper.trust(PEM);
  const writes = (): number => store.requests.filter(({ method }) => method === 'PATCH').length;
  const before = writes();
  await keeper.check();
  await keeper.check();
  t.strictSame(states, ['trusted', 'trusted', 'trusted']);
  t.equal(writes(), before, 'there is nothing that a repair would change');
  t.equal(found.filter(fault => fault === 'v fails-open').length, 1, 'told once');
});

t.test('an authority that may not be written is untrusted, and the reason is the refusal', async t => {
  const { deps, store, states, errors, reasons } = scene({ installed: true, shipped: true });
  store.before = ({ method }) => {
    if (method === 'PATCH') throw Object.assign(new Error('patching is forbidden'), { status: 403 });
  };
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  t.strictSame(states, ['untrusted']);
  t.match(reasons, [/^ValidatingWebhookConfiguration: patching is forbidden$/]);
  t.match(errors, [{ status: 403 }, { status: 403 }]);
});

t.test(
  'an edit that may not be put back is told, and does not keep the replica from being ready',
  async t => {
    const { deps, store, states, found } = scene({ installed: true, shipped: true });
    const keeper = keepConfigurations(deps);
    t.teardown(keeper.stop);
    await keeper.trust(PEM);
    edit(store, { rules: [] });
    store.before = ({ method }) => {
      if (method === 'PATCH') throw Object.assign(new Error('patching is forbidden'), { status: 403 });
    };
    found.length = 0;
    await keeper.check();
    t.strictSame(found, ['v webhook-edited']);
    t.equal(states.at(-1), 'trusted');
  },
);

t.test('without an authority of ours the injected one survives a repair', async t => {
  const { deps, store } = scene({ installed: true, shipped: true });
  const keeper = keepConfigurations(deps);
  t.teardown(keeper.stop);
  edit(store, { rules: [], clientConfig: { ...ENTRY.clientConfig, caBundle: 'AAAA' } });
  await keeper.trust('');
  t.strictSame(stored(store).webhooks, [
    { ...ENTRY, clientConfig: { ...ENTRY.clientConfig, caBundle: 'AAAA' } },
  ]);
});

t.test('deleted configurations come back if they are known, and are told if not', async t => {
  const known = scene({ installed: false, shipped: true });
  const keeper = keepConfigurations(known.deps);
  t.teardown(keeper.stop);
  await keeper.trust(PEM);
  t.strictSame(known.states, ['trusted']);
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

t.test('what is stopped in the middle of a look puts nothing back', async t => {
  const { deps, store, found } = scene({ installed: false, shipped: true });
  const keeper = keepConfigurations(deps);
  store.before = () => keeper.stop();
  await keeper.trust(PEM);
  t.strictSame(found, ['v configuration-missing', 'm configuration-missing']);
  t.equal(store.objects.size, 0);
});
