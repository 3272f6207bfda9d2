import t from 'tap';
import type { KubernetesObject } from '../../../cluster/kubernetes-object.ts';
import { readinessOf } from '../../../reconciler/readiness/readiness.ts';

function object(type: string, fields: object, metadata: object = {}): KubernetesObject {
  const slash = type.lastIndexOf('/');
  return {
    apiVersion: type.slice(0, slash),
    kind: type.slice(slash + 1),
    metadata: { name: 'a', generation: 2, ...metadata },
    ...fields,
  };
}

const condition = (type: string, status = 'True', rest: object = {}) => ({ type, status, ...rest });
const full = {
  observedGeneration: 2,
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
};
const rolledOut = [
  condition('Available'),
  condition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' }),
];
const deployment = (status: object) => object('apps/v1/Deployment', { spec: { replicas: 2 }, status });
const statefulSet = (status: object, spec: object = {}) =>
  object('apps/v1/StatefulSet', { spec: { replicas: 2, ...spec }, status });
const replicaSet = (status: object) => object('apps/v1/ReplicaSet', { spec: { replicas: 2 }, status });
const daemonSet = (status: object) => object('apps/v1/DaemonSet', { status });
const job = (status: object, spec: object = {}) => object('batch/v1/Job', { spec, status });
const pod = (status: object) => object('v1/Pod', { status });
const partition = { updateStrategy: { rollingUpdate: { partition: 1 } } };
const everywhere = {
  observedGeneration: 2,
  desiredNumberScheduled: 3,
  currentNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
  numberReady: 3,
};

const CASES: readonly (readonly [string, KubernetesObject, string, RegExp?])[] = [
  ['a Deployment that serves', deployment({ ...full, conditions: rolledOut }), 'current'],
  ['a Deployment nobody has seen', deployment({}), 'progressing', /0 of 2 replicas created/],
  [
    'a Deployment of an older spec',
    deployment({ ...full, observedGeneration: 1 }),
    'progressing',
    /since it changed/,
  ],
  [
    'a Deployment in its rollout',
    deployment({ ...full, updatedReplicas: 1 }),
    'progressing',
    /1 of 2 replicas updated/,
  ],
  ['a Deployment with old pods', deployment({ ...full, replicas: 3 }), 'progressing', /1 old replicas/],
  ['a Deployment not available', deployment({ ...full, availableReplicas: 1 }), 'progressing', /available/],
  [
    'a Deployment not yet through',
    deployment({ ...full, conditions: [condition('Progressing')] }),
    'progressing',
    /rollout/,
  ],
  [
    'a Deployment without Available',
    deployment({ ...full, conditions: rolledOut.slice(1) }),
    'progressing',
    /is not available/,
  ],
  [
    'a Deployment that gave up',
    deployment({
      conditions: [
        condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'gave up' }),
      ],
    }),
    'failed',
    /gave up/,
  ],
  [
    'a StatefulSet that serves',
    statefulSet({ ...full, currentRevision: 'a', updateRevision: 'a' }),
    'current',
  ],
  ['a StatefulSet without pods', statefulSet({}), 'progressing', /0 of 2/],
  [
    'a StatefulSet in its rollout',
    statefulSet({ ...full, currentRevision: 'a', updateRevision: 'b' }),
    'progressing',
    /rollout/,
  ],
  [
    'a StatefulSet outside its partition',
    statefulSet({ ...full, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' }, partition),
    'current',
  ],
  [
    'a StatefulSet inside its partition',
    statefulSet({ ...full, updatedReplicas: 0 }, partition),
    'progressing',
    /0 of 1/,
  ],
  ['a StatefulSet that people roll', statefulSet({}, { updateStrategy: { type: 'OnDelete' } }), 'current'],
  ['a ReplicaSet that serves', replicaSet({ ...full, fullyLabeledReplicas: 2 }), 'current'],
  [
    'a ReplicaSet that cannot',
    replicaSet({ conditions: [condition('ReplicaFailure', 'True', { message: 'quota' })] }),
    'progressing',
    /quota/,
  ],
  ['a DaemonSet everywhere', daemonSet(everywhere), 'current'],
  ['a DaemonSet nobody has seen', daemonSet({}), 'progressing', /not been seen/],
  ['a DaemonSet on its way', daemonSet({ ...everywhere, numberReady: 1 }), 'progressing', /1 of 3/],
  ['a Job that is complete', job({ conditions: [condition('Complete')] }), 'current'],
  ['a Job that runs', job({ startTime: 'x' }), 'progressing', /is running/],
  ['a Job that waits', job({}), 'progressing', /has not started/],
  ['a Job that is suspended', job({}, { suspend: true }), 'current'],
  [
    'a Job that failed',
    job({ conditions: [condition('Failed', 'True', { message: 'deadline' })] }),
    'failed',
    /deadline/,
  ],
  ['a CronJob', object('batch/v1/CronJob', {}), 'current'],
  ['a Pod that is ready', pod({ phase: 'Running', conditions: [condition('Ready')] }), 'current'],
  ['a Pod that is through', pod({ phase: 'Succeeded' }), 'current'],
  ['a Pod that starts', pod({ phase: 'Pending' }), 'progressing', /not running/],
  ['a Pod that is not ready', pod({ phase: 'Running' }), 'progressing', /not ready/],
  ['a Pod that failed', pod({ phase: 'Failed', message: 'evicted' }), 'failed', /evicted/],
  [
    'a Pod that crashes',
    pod({
      phase: 'Running',
      containerStatuses: [{ name: 'x', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    }),
    'failed',
    /container x crashes/,
  ],
  [
    'a Pod without a node',
    pod({
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable', message: 'no room' })],
    }),
    'failed',
    /no room/,
  ],
  ['a claim that is bound', object('v1/PersistentVolumeClaim', { status: { phase: 'Bound' } }), 'current'],
  [
    'a claim that is not',
    object('v1/PersistentVolumeClaim', { status: { phase: 'Pending' } }),
    'progressing',
    /bound/,
  ],
  ['a Service', object('v1/Service', { spec: { type: 'ClusterIP' } }), 'current'],
  [
    'a load balancer without address',
    object('v1/Service', { spec: { type: 'LoadBalancer' } }),
    'progressing',
    /address/,
  ],
  [
    'a load balancer',
    object('v1/Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } }),
    'current',
  ],
  ['a Namespace', object('v1/Namespace', { status: { phase: 'Active' } }), 'current'],
  ['a Namespace that goes', object('v1/Namespace', { status: { phase: 'Terminating' } }), 'terminating'],
  ['a ConfigMap', object('v1/ConfigMap', { data: {} }), 'current'],
  [
    'a definition that is served',
    object('apiextensions.k8s.io/v1/CustomResourceDefinition', {
      status: { conditions: [condition('Established')] },
    }),
    'current',
  ],
  [
    'a definition that is not',
    object('apiextensions.k8s.io/v1/CustomResourceDefinition', {}),
    'progressing',
    /served/,
  ],
  [
    'a definition whose names are taken',
    object('apiextensions.k8s.io/v1/CustomResourceDefinition', {
      status: { conditions: [condition('NamesAccepted', 'False')] },
    }),
    'failed',
  ],
  [
    'a custom resource that is ready',
    object('x.io/v1/Thing', { status: { conditions: [condition('Ready')] } }),
    'current',
  ],
  [
    'a custom resource that is not',
    object('x.io/v1/Thing', {
      status: { conditions: [condition('Ready', 'False', { message: 'no room' })] },
    }),
    'progressing',
    /no room/,
  ],
  ['a custom resource that is silent', object('x.io/v1/Thing', {}), 'current'],
  [
    'a custom resource that has to answer',
    object('x.io/v1/Thing', {}, { annotations: { 'dappmesh.io/awaits': 'Ready' } }),
    'progressing',
    /no condition Ready/,
  ],
  [
    'a resource that is stalled',
    object('x.io/v1/Thing', { status: { conditions: [condition('Stalled')] } }),
    'failed',
    /stalled/,
  ],
  [
    'a resource that is worked on',
    object('x.io/v1/Thing', { status: { conditions: [condition('Reconciling'), condition('Stalled')] } }),
    'progressing',
    /reconciled/,
  ],
  ['a status of an odd shape', object('x.io/v1/Thing', { status: { conditions: 'none' } }), 'current'],
  ['whatever is deleted', object('v1/Service', {}, { deletionTimestamp: 'now' }), 'terminating'],
];

for (const [what, live, state, message] of CASES)
  t.test(`${what} is ${state}`, async t => {
    const readiness = readinessOf(live);
    t.equal(readiness.state, state);
    if (message !== undefined) t.match('message' in readiness ? readiness.message : '', message);
  });
