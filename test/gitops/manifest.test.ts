// The manifests that install DappMesh: what they must say, and that a real API server takes them.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { GROUP, KINDS, VERSION } from '../../schemas/kinds.ts';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { parseConfig } from '../../webhook/config.ts';
import { OPTIONS } from '../../webhook/options.ts';
import { TRANSPORT_LIMITS } from '../../webhook/transport.ts';
import { installKinds } from '../install-kinds.ts';
import { until } from '../until.ts';
import { type Manifest, readManifests } from './read-manifests.ts';
import { shippedOptions } from './shipped-options.ts';

const MANIFEST = join(import.meta.dirname, '../../gitops/manifest');
const APP = join(MANIFEST, 'app');
const PLURALS = KINDS.map(({ plural }) => plural).toSorted();

let app: Manifest[];

t.before(async () => {
  app = await readManifests(APP);
});

t.test('every file holds one object, and the kustomization lists each', async t => {
  const { resources } = parse(await readFile(join(APP, 'Kustomization'), 'utf8')) as { resources: string[] };
  t.strictSame(resources.toSorted(), app.map(({ file }) => file).toSorted());
  t.strictSame(
    resources.toSorted(),
    (await readdir(APP)).filter(file => file !== 'Kustomization').toSorted(),
  );
});

t.test('the webhooks cover exactly the kinds of DappMesh', t => {
  const operations = { Validating: ['CREATE', 'UPDATE', 'DELETE'], Mutating: ['CREATE', 'UPDATE'] };
  for (const [family, expected] of Object.entries(operations)) {
    t.strictSame(webhookOf(family)['rules'], [
      { apiGroups: [GROUP], apiVersions: [VERSION], operations: expected, resources: PLURALS, scope: '*' },
    ]);
  }
  t.end();
});

t.test('validating fails closed, mutating open, neither has effects (TOB-OPAGK-005, TOB-OPAGK-006)', t => {
  t.match(webhookOf('Validating'), { name: 'validate.dappmesh.io', failurePolicy: 'Fail' });
  t.match(webhookOf('Mutating'), { name: 'mutate.dappmesh.io', failurePolicy: 'Ignore' });
  for (const family of ['Validating', 'Mutating']) {
    const webhook = webhookOf(family);
    t.match(webhook, { sideEffects: 'None', matchPolicy: 'Equivalent', admissionReviewVersions: ['v1'] });
    t.ok((webhook['timeoutSeconds'] as number) <= 5);
    t.notOk('caBundle' in (webhook['clientConfig'] as object), 'the webhook itself keeps the caBundle');
  }
  t.end();
});

t.test('namespaces that repair the webhook are excluded by a label that nobody can forge', t => {
  for (const family of ['Validating', 'Mutating']) {
    t.strictSame(webhookOf(family)['namespaceSelector'], {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['dappmesh-system', 'flux-system', 'argocd', 'kube-system'],
        },
      ],
    });
  }
  t.end();
});

t.test('the webhook may read every kind, and the roles of people name no other', t => {
  for (const name of ['webhook-clusterrole.yaml', 'viewer-clusterrole.yaml']) {
    const { rules } = objectIn(name) as unknown as { rules: { apiGroups: string[]; resources: string[] }[] };
    t.strictSame(rules.find(rule => rule.apiGroups.includes(GROUP))?.resources, PLURALS, name);
  }
  t.end();
});

t.test('the Deployment agrees with what the webhook does when nothing is said', t => {
  const pod = podSpec();
  const [container] = pod.containers;
  const ports = Object.fromEntries(
    (container?.ports ?? []).map(port => [port.name, String(port.containerPort)]),
  );
  t.strictSame(ports, { webhook: OPTIONS.port.fallback[0], health: OPTIONS['health-port'].fallback[0] });
  t.equal(objectIn('namespace.yaml').metadata.name, OPTIONS.namespace.fallback[0]);
  t.equal(objectIn('webhook-service.yaml').metadata.name, OPTIONS.service.fallback[0]);
  t.equal(objectIn('validatingwebhookconfiguration.yaml').metadata.name, OPTIONS.configuration.fallback[0]);
  const drainMs = ['drain-delay', 'drain-grace'] as const;
  const seconds = drainMs.reduce((sum, name) => sum + OPTIONS[name].parse(OPTIONS[name].fallback) / 1000, 0);
  t.ok(pod.terminationGracePeriodSeconds >= seconds + 5, 'the grace period leaves time to drain');
  t.end();
});

t.test('everything in the webhook that has a bound fits into the memory of its pod', async t => {
  const config = parseConfig(await shippedOptions('webhook'));
  if (config === 'help') throw new Error('the pod asks for help');
  const [container] = podSpec().containers;
  const heap = /--max-old-space-size=(\d+)/.exec(container?.args.join(' ') ?? '')?.[1];
  const bodies = TRANSPORT_LIMITS.heldBytes / MIB;
  const evaluation = config.threads * config['evaluation-memory'];
  const limit = parseQuantity(container?.resources.limits.memory ?? '') / MIB;
  t.ok(Number(heap) + evaluation + bodies <= limit, `${heap} + ${evaluation} + ${bodies} of ${limit} MiB`);
});

t.test('a pod that waits for the API server is not ready, but not restarted either', t => {
  for (const file of ['webhook-deployment.yaml', 'reconciler-deployment.yaml']) {
    const [container] = podSpec(file).containers;
    t.equal(container?.startupProbe.httpGet.path, '/healthz', file);
    t.equal(container?.livenessProbe.httpGet.path, '/healthz', file);
    t.equal(container?.readinessProbe.httpGet.path, '/readyz', file);
  }
  t.end();
});

t.test('a real API server takes the CRDs, then the app, under the strictest pod security', async t => {
  const plane = await startControlPlane();
  t.teardown(() => plane.stop());
  await installKinds(plane);
  const { stderr } = await succeed(t, plane, ['apply', '-f', APP]);
  t.notMatch(stderr, /Warning/, 'without a warning');
  await succeed(t, plane, ['apply', '--server-side', '--force-conflicts', '-k', APP]);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', namespace: 'dappmesh-system' },
    spec: podSpec(),
  };
  const created = await plane.kubectl(['create', '--dry-run=server', '-f', '-'], {
    input: JSON.stringify(pod),
  });
  t.match(created, { code: 0 }, 'restricted pod security admits the pod');
  await t.test('the webhook may do what it must, and no more', t => checkRights(t, plane));
});

const WEBHOOK_RIGHTS: readonly (readonly [
  allowed: boolean,
  verb: string,
  resource: string,
  ...scope: string[],
])[] = [
  ...PLURALS.map(plural => [true, 'watch', `${plural}.${GROUP}`, '-A'] as const),
  ...PLURALS.map(plural => [false, 'patch', `${plural}.${GROUP}`, '-A'] as const),
  [true, 'patch', 'validatingwebhookconfigurations/dappmesh'],
  [true, 'patch', 'mutatingwebhookconfigurations/dappmesh'],
  [true, 'create', 'validatingwebhookconfigurations'],
  [true, 'create', 'mutatingwebhookconfigurations'],
  [false, 'patch', 'validatingwebhookconfigurations/other'],
  [false, 'get', 'validatingwebhookconfigurations/other'],
  [false, 'delete', 'validatingwebhookconfigurations/dappmesh'],
  [true, 'get', 'secrets/dappmesh-webhook-ca', '-n', 'dappmesh-system'],
  [true, 'update', 'secrets/dappmesh-webhook-ca', '-n', 'dappmesh-system'],
  [true, 'create', 'secrets', '-n', 'dappmesh-system'],
  [false, 'get', 'secrets/other', '-n', 'dappmesh-system'],
  [false, 'list', 'secrets', '-n', 'dappmesh-system'],
  [false, 'create', 'secrets', '-n', 'default'],
];

async function checkRights(t: Test, plane: ControlPlane): Promise<void> {
  const as = '--as=system:serviceaccount:dappmesh-system:dappmesh-webhook';
  for (const [allowed, verb, resource, ...scope] of WEBHOOK_RIGHTS) {
    const canI = async () => (await plane.kubectl(['auth', 'can-i', verb, resource, ...scope, as])).stdout;
    // Rights reach the authorizer by a watch.
    if (allowed)
      await until(async () => (await canI()) === 'yes\n', { seen: () => [verb, resource, ...scope] });
    else t.equal(await canI(), 'no\n', [verb, resource, ...scope].join(' '));
  }
}

async function succeed(t: Test, plane: ControlPlane, args: string[]): Promise<{ stderr: string }> {
  const result = await plane.kubectl(args);
  t.equal(result.code, 0, `${args.join(' ')}\n${result.stderr}`);
  return result;
}

function objectIn(file: string): Manifest['object'] {
  const found = app.find(manifest => manifest.file === file);
  if (found === undefined) throw new Error(`there is no ${file}`);
  return found.object;
}

function webhookOf(family: string): Record<string, unknown> {
  const { webhooks } = objectIn(`${family.toLowerCase()}webhookconfiguration.yaml`) as unknown as {
    webhooks: [Record<string, unknown>];
  };
  return webhooks[0];
}

const MIB = 1024 * 1024;

/** Bytes of a quantity in Mi or Gi. */
function parseQuantity(text: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(text) ?? [];
  return Number(number) * (unit === 'Gi' ? 1024 * MIB : MIB);
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly {
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly args: readonly string[];
    readonly resources: { readonly limits: { readonly memory: string } };
    readonly startupProbe: Probe;
    readonly livenessProbe: Probe;
    readonly readinessProbe: Probe;
  }[];
}

function podSpec(file = 'webhook-deployment.yaml'): PodSpec {
  const { spec } = objectIn(file) as unknown as {
    spec: { template: { spec: PodSpec } };
  };
  return spec.template.spec;
}
