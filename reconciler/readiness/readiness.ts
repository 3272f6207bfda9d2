// How far a child is, by its own status: kstatus (sigs.k8s.io/cli-utils pkg/kstatus/status), as Flux and Argo CD
// understand it. Pure.

import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import {
  CURRENT,
  conditionOf,
  failed,
  progressing,
  type Readiness,
  specOf,
  statusOf,
} from './live-status.ts';
import { podReadiness } from './readiness-pods.ts';
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  replicaSetReadiness,
  statefulSetReadiness,
} from './readiness-workloads.ts';

/**
 * On a child whose operator answers with a condition: the type of that condition. Until it is there, the child is not
 * ready; without this annotation an object that nobody has answered yet counts as ready, as kstatus has it.
 */
export const AWAITS_ANNOTATION = 'dappmesh.io/awaits';

/** Takes a child as the API server has it; gives how far it is, and why no further. */
export function readinessOf(object: KubernetesObject): Readiness {
  if (object.metadata.deletionTimestamp !== undefined)
    return { state: 'terminating', message: 'is being deleted' };
  return generalReadiness(object) ?? (RULES[groupKind(object)] ?? readyCondition)(object);
}

const RULES: Readonly<Record<string, (object: KubernetesObject) => Readiness>> = {
  'apps/Deployment': deploymentReadiness,
  'apps/ReplicaSet': replicaSetReadiness,
  'apps/StatefulSet': statefulSetReadiness,
  'apps/DaemonSet': daemonSetReadiness,
  'batch/Job': jobReadiness,
  // It is ready to run; how a run went is the run's business.
  'batch/CronJob': () => CURRENT,
  '/Pod': podReadiness,
  '/PersistentVolumeClaim': claimReadiness,
  '/Service': serviceReadiness,
  '/Namespace': namespaceReadiness,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionReadiness,
};

/** What holds for every kind: the generation that its controller has seen, and the two abnormal conditions. */
function generalReadiness(object: KubernetesObject): Readiness | undefined {
  const { observedGeneration } = statusOf(object);
  const { generation } = object.metadata;
  if (typeof observedGeneration === 'number' && generation !== undefined && observedGeneration !== generation)
    return progressing('has not been looked at by its controller since it changed');
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status === 'True') return progressing(reconciling.message || 'is being reconciled');
  const stalled = conditionOf(object, 'Stalled');
  return stalled?.status === 'True' ? failed(stalled.message || 'is stalled') : undefined;
}

/** A kind without a rule of its own is current unless it says that it is not ready, or is to say so first. */
function readyCondition(object: KubernetesObject): Readiness {
  const awaited = object.metadata.annotations?.[AWAITS_ANNOTATION];
  const ready = conditionOf(object, awaited ?? 'Ready');
  if (ready === undefined)
    return awaited === undefined ? CURRENT : progressing(`has no condition ${awaited} yet`);
  return ready.status === 'True' ? CURRENT : progressing(ready.message || 'is not ready');
}

function claimReadiness(object: KubernetesObject): Readiness {
  return statusOf(object)['phase'] === 'Bound' ? CURRENT : progressing('is not bound');
}

function serviceReadiness(object: KubernetesObject): Readiness {
  const { type, clusterIP } = specOf(object);
  return type === 'LoadBalancer' && !clusterIP ? progressing('has no address') : CURRENT;
}

function namespaceReadiness(object: KubernetesObject): Readiness {
  return statusOf(object)['phase'] === 'Terminating'
    ? { state: 'terminating', message: 'is being deleted' }
    : CURRENT;
}

function definitionReadiness(object: KubernetesObject): Readiness {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.status === 'False') return failed(names.message || 'has names that are taken');
  return conditionOf(object, 'Established')?.status === 'True' ? CURRENT : progressing('is not served yet');
}

/** `apps/Deployment`, `/Pod`. */
function groupKind({ apiVersion, kind }: KubernetesObject): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}
