// What the operators' blueprints make, against the CustomResourceDefinitions that cert-manager and the Prometheus
// operator publish, on a real API server: nothing that they do not know is taken.

import { basename } from 'node:path';
import t from 'tap';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import type { Built } from '../../../policies/engine/children/built.ts';
import { finishChild } from '../../../policies/engine/children/child.ts';
import type { Engine } from '../../../policies/engine/engine.ts';
import { type ControlPlane, startControlPlane } from '../../../tools/control-plane.ts';
import { findCrds } from '../../../tools/crds.ts';
import { freshBundle, startBuilding } from './building-engine.ts';
import { operatedMesh, PRODUCT, questionAbout } from './operators-mesh.ts';

/** Of each project, the definitions of what the blueprints make; the rest would only cost time. */
const DEFINITIONS = {
  'cert-manager': ['cert-manager.io_certificates.yaml'],
  'prometheus-operator': [
    'monitoring.coreos.com_prometheusrules.yaml',
    'monitoring.coreos.com_servicemonitors.yaml',
  ],
} as const;

/** Groups without a definition that could be had: operators-models.test.ts. */
const TYPED_ONLY = ['kafka.strimzi.io', 'postgresql.cnpg.io'];

let plane: ControlPlane;
let engine: Engine;
let built: Built;

t.before(async () => {
  plane = await startControlPlane();
  for (const [project, names] of Object.entries(DEFINITIONS)) {
    const files = await findCrds(project as keyof typeof DEFINITIONS);
    const wanted = files.filter(file => (names as readonly string[]).includes(basename(file)));
    t.equal(wanted.length, names.length, `${project} still has them`);
    await succeed(['apply', '--server-side', ...wanted.map(file => `--filename=${file}`)]);
  }
  await succeed(['wait', '--for=condition=Established', '--timeout=120s', 'crd', '--all']);
  await succeed(['create', 'namespace', 'sales']);
  // What Pod Security would refuse in a product's namespace is warned of, and a warning is a failure below.
  await succeed(['label', 'namespace', 'sales', 'pod-security.kubernetes.io/warn=restricted']);
  engine = await startBuilding(t, await freshBundle(t.testdir()), await operatedMesh());
  built = await engine.build(questionAbout(PRODUCT));
});

t.teardown(() => plane.stop());

t.test('every engine of the product answers', t => {
  t.strictSame([built.faults, built.waitsFor], [[], []]);
  const made = new Set(built.objects.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
  t.strictSame([...made].toSorted(), [
    'apps/v1/StatefulSet',
    'cert-manager.io/v1/Certificate',
    'kafka.strimzi.io/v1/KafkaTopic',
    'kafka.strimzi.io/v1/KafkaUser',
    'monitoring.coreos.com/v1/PrometheusRule',
    'monitoring.coreos.com/v1/ServiceMonitor',
    'networking.k8s.io/v1/NetworkPolicy',
    'postgresql.cnpg.io/v1/Cluster',
    'v1/ConfigMap',
    'v1/PersistentVolumeClaim',
    'v1/Secret',
    'v1/Service',
  ]);
  t.end();
});

t.test('the API server takes every object, as the operators define their kinds', async t => {
  const children = built.objects
    .filter(({ apiVersion }) => !TYPED_ONLY.includes(apiVersion.split('/')[0] ?? ''))
    .map(object => finishChild(object, PRODUCT));
  for (const child of children) {
    t.equal(await refusalOf(child), '', `${child.kind} ${child.metadata.name}`);
  }
});

t.test('a field that the operator does not know is refused', async t => {
  for (const kind of ['Certificate', 'PrometheusRule', 'ServiceMonitor']) {
    const child = built.objects.find(object => object.kind === kind);
    if (child === undefined) throw new Error(`there is no ${kind}`);
    const spoilt = { ...child, spec: { ...(child['spec'] as object), unheardOf: 'x' } };
    t.match(await refusalOf(spoilt), /unknown field "?\.?spec\.unheardOf|field not declared in schema/, kind);
  }
});

t.test('parameters of a wrong type are waited for, and nothing vanishes meanwhile', async t => {
  const wrong: Readonly<Record<string, object>> = { events: { config: 'x' }, export: { prefix: 7 } };
  const ports = PRODUCT.spec?.['outputPorts'] as readonly { name: string }[];
  const outputPorts = ports.map(port => ({ ...port, parameters: wrong[port.name] }));
  const managementPorts = [
    { name: 'metrics', type: 'observability', engineClass: 'prometheus', parameters: { labels: 'x' } },
  ];
  const spec = { ...PRODUCT.spec, outputPorts, managementPorts };
  const { waitsFor, faults } = await engine.build(questionAbout({ ...PRODUCT, spec }));
  t.strictSame(faults, []);
  t.strictSame(
    waitsFor.map(({ path }) => path.join('.')),
    [
      'spec.outputPorts.1.parameters.prefix',
      'spec.managementPorts.0.parameters.labels',
      'spec.outputPorts.0.parameters.config',
      'spec.outputPorts.1',
      'spec.managementPorts.0',
      'spec.outputPorts.0',
    ],
  );
});

/** What the API server has against an object, warnings included; empty when nothing. */
async function refusalOf(object: ChildObject): Promise<string> {
  const strict = ['--dry-run=server', '--validate=strict', '--warnings-as-errors'];
  const args = ['apply', '--server-side', '--field-manager=dappmesh-reconciler', ...strict, '--filename=-'];
  const { code, stderr } = await plane.kubectl(args, { input: JSON.stringify(object) });
  return code === 0 ? '' : stderr;
}

async function succeed(args: string[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}
