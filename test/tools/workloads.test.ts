// Workloads become ready by the real controllers and the scheduler; only the kubelets are played.

import t from 'tap';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import { until } from '../until.ts';

const CONTAINERS = [{ name: 'main', image: 'example.org/image:1' }];
const labels = { app: 'sample' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: CONTAINERS } };

const WORKLOADS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 2, selector, template },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'store' },
    spec: {
      replicas: 2,
      serviceName: 'store',
      selector,
      template,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
        },
      ],
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'load' },
    spec: {
      template: {
        metadata: { labels: { app: 'job' } },
        spec: {
          restartPolicy: 'Never',
          initContainers: [{ name: 'wait', image: 'example.org/image:1' }],
          containers: CONTAINERS,
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'store' },
    spec: { clusterIP: 'None', selector: labels, ports: [{ port: 80 }] },
  },
];

const ENDS: readonly (readonly [title: string, ...wait: string[]])[] = [
  ['a Deployment becomes available', '--for=condition=Available', 'deployment/web'],
  ['the pods of a StatefulSet become ready', '--for=jsonpath={.status.readyReplicas}=2', 'statefulset/store'],
  [
    'the claims of its template are bound',
    '--for=jsonpath={.status.phase}=Bound',
    'pvc/data-store-0',
    'pvc/data-store-1',
  ],
  ['a Job completes', '--for=condition=Complete', 'job/load'],
];

let plane: ControlPlane;

t.before(async () => {
  plane = await startControlPlane({ workloads: true });
  await succeed(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: WORKLOADS }));
});

t.teardown(() => plane.stop());

for (const [title, ...wait] of ENDS) {
  t.test(title, () => succeed(['wait', '--timeout=180s', ...wait]));
}

t.test('pods lie on both nodes, and endpoints name them', async t => {
  const pods = await succeed(['get', 'pods', '-l', 'app=sample', '-o', 'jsonpath={.items[*].spec.nodeName}']);
  t.strictSame([...new Set(pods.split(' '))].toSorted(), ['node-a', 'node-b']);
  const ready =
    'jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.addresses[0]}{"\\n"}{end}';
  const slices = ['get', 'endpointslices', '-l', 'kubernetes.io/service-name=store', '-o', ready];
  // The slice follows the pods, and kubectl's own wait ends in an error where there are none yet.
  await until(async () => {
    const addresses = (await succeed(slices)).split('\n').slice(0, -1);
    return addresses.length === 4 && addresses.every(address => address.startsWith('10.64.'));
  });
});

t.test('what is deleted goes away, with its pods and claims', async t => {
  await succeed(['delete', '--timeout=180s', 'statefulset/store', 'pvc/data-store-0', 'pvc/data-store-1']);
  await succeed(['wait', '--timeout=180s', '--for=delete', 'pod/store-0', 'pod/store-1']);
  t.equal(await succeed(['get', 'pvc', '-o', 'name']), '');
});

async function succeed(args: string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await plane.kubectl(args, { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
