import t from 'tap';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import { contains } from '../../../reconciler/comparing/contains.ts';

const metadata = { name: 'a', namespace: 'shop' };

function object(apiVersion: string, kind: string, fields: object): ChildObject {
  return { apiVersion, kind, metadata, ...fields };
}

const deployment = (container: object, pod: object = {}) =>
  object('apps/v1', 'Deployment', { spec: { template: { spec: { containers: [container], ...pod } } } });
const policy = (spec: object) => object('networking.k8s.io/v1', 'NetworkPolicy', { spec });
const service = (spec: object) => object('v1', 'Service', { spec });
const binding = (subjects: object[]) => object('rbac.authorization.k8s.io/v1', 'RoleBinding', { subjects });
const cluster = (spec: object) => object('postgresql.cnpg.io/v1', 'Cluster', { spec });
const DEVELOPERS = { kind: 'Group', name: 'developers' };

const SAME: readonly (readonly [string, ChildObject, ChildObject])[] = [
  [
    'what the API server fills in',
    deployment({ name: 'x' }),
    deployment({ name: 'x', imagePullPolicy: 'Always' }),
  ],
  [
    'quantities in another form',
    deployment({ name: 'x', resources: { limits: { cpu: '1000m', memory: '1024Mi' } } }),
    deployment({ name: 'x', resources: { limits: { cpu: '1', memory: '1Gi' } } }),
  ],
  [
    'a port whose protocol is the default',
    deployment({ name: 'x', ports: [{ containerPort: 80 }] }),
    deployment({ name: 'x', ports: [{ containerPort: 80, protocol: 'TCP' }] }),
  ],
  [
    'variables in another order, and one of somebody else',
    deployment({
      name: 'x',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    }),
    deployment({ name: 'x', env: [{ name: 'C' }, { name: 'B', value: '2' }, { name: 'A', value: '1' }] }),
  ],
  [
    'a sidecar of somebody else',
    deployment({ name: 'x' }),
    object('apps/v1', 'Deployment', {
      spec: { template: { spec: { containers: [{ name: 'proxy' }, { name: 'x' }] } } },
    }),
  ],
  [
    'empty values that are left out',
    deployment({ name: 'x', args: [], tty: false }),
    deployment({ name: 'x' }),
  ],
  ['null', service({ clusterIP: null }), service({})],
  [
    'the group of a subject',
    binding([DEVELOPERS]),
    binding([{ ...DEVELOPERS, apiGroup: 'rbac.authorization.k8s.io' }]),
  ],
  [
    'the protocol in a list of one piece',
    policy({ ingress: [{ ports: [{ port: 80 }] }] }),
    policy({ ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }] }),
  ],
  [
    'a claim as the API server completes it',
    object('apps/v1', 'StatefulSet', {
      spec: { volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] },
    }),
    object('apps/v1', 'StatefulSet', {
      spec: {
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'd' },
            spec: { volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      },
    }),
  ],
  [
    'a finalizer of somebody else',
    { ...service({}), metadata: { ...metadata, finalizers: ['a'] } },
    {
      ...service({}),
      metadata: { ...metadata, finalizers: ['b', 'a'] },
    },
  ],
  [
    'a default in an item of a custom resource',
    cluster({ roles: [{ name: 'a' }] }),
    cluster({ roles: [{ name: 'a', ensure: 'present' }] }),
  ],
];

for (const [what, desired, live] of SAME)
  t.test(`no difference: ${what}`, async t => t.ok(contains(live, desired)));

const DIFFERENT: readonly (readonly [string, ChildObject, ChildObject])[] = [
  ['another value', service({ type: 'ClusterIP' }), service({ type: 'NodePort' })],
  ['a field that is gone', service({ type: 'ClusterIP' }), service({})],
  [
    'text that happens to be a quantity',
    object('v1', 'ConfigMap', { data: { a: '1000m' } }),
    object('v1', 'ConfigMap', { data: { a: '1' } }),
  ],
  [
    'a subject that was added',
    binding([DEVELOPERS]),
    binding([DEVELOPERS, { kind: 'User', name: 'mallory' }]),
  ],
  [
    'a label that was added to a selector',
    service({ selector: { a: 'b' } }),
    service({ selector: { a: 'b', c: 'd' } }),
  ],
  [
    'a selector that was added to a peer',
    policy({ ingress: [{ from: [{ podSelector: {} }] }] }),
    policy({ ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }] }),
  ],
  [
    'a peer of another kind',
    policy({ ingress: [{ from: [{ podSelector: {} }] }] }),
    policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] }),
  ],
  [
    'a volume of another kind',
    deployment({ name: 'x' }, { volumes: [{ name: 'v', emptyDir: {} }] }),
    deployment({ name: 'x' }, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
  ],
  [
    'an item that is gone',
    deployment({ name: 'x', env: [{ name: 'A' }] }),
    deployment({ name: 'x', env: [] }),
  ],
  [
    'arguments in another order',
    deployment({ name: 'x', args: ['a', 'b'] }),
    deployment({ name: 'x', args: ['b', 'a'] }),
  ],
  [
    'a role that was added to a custom resource',
    cluster({ roles: [{ name: 'a' }] }),
    cluster({ roles: [{ name: 'a' }, { name: 'b' }] }),
  ],
  ['a map where there was a list', cluster({ roles: [] }), cluster({ roles: {} })],
  ['an empty choice of a custom resource that is gone', cluster({ storage: {} }), cluster({})],
];

for (const [what, desired, live] of DIFFERENT)
  t.test(`a difference: ${what}`, async t => t.notOk(contains(live, desired)));

t.test('the default of a limit range may follow from its maximum', async t => {
  const range = (limit: object) =>
    object('v1', 'LimitRange', { spec: { limits: [{ type: 'Container', ...limit }] } });
  const max = { cpu: '2' };
  t.ok(contains(range({ max, default: max, defaultRequest: max }), range({ max })));
  t.notOk(contains(range({ max: { cpu: '3' } }), range({ max })));
});
