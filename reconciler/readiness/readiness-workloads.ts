// kstatus rules of the workloads: how many replicas there are, of which revision, and whether a rollout gave up.

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

/** A Deployment is current when its newest ReplicaSet serves alone. */
export function deploymentReadiness(object: KubernetesObject): Readiness {
  const rollout = conditionOf(object, 'Progressing');
  if (rollout?.reason === 'ProgressDeadlineExceeded')
    return failed(rollout.message ?? 'did not progress within its deadline');
  const wanted = numberOf(specOf(object), 'replicas', 1);
  const status = statusOf(object);
  const lack =
    shortOf(status, 'replicas', wanted, 'created') ??
    shortOf(status, 'updatedReplicas', wanted, 'updated') ??
    surplus(status, wanted) ??
    shortOf(status, 'availableReplicas', wanted, 'available') ??
    shortOf(status, 'readyReplicas', wanted, 'ready');
  if (lack !== undefined) return lack;
  const isThrough = rollout === undefined || rollout.reason === 'NewReplicaSetAvailable';
  if (!isThrough) return progressing('has not finished its rollout');
  return isTrue(object, 'Available') ? CURRENT : progressing('is not available');
}

export function replicaSetReadiness(object: KubernetesObject): Readiness {
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True') return progressing(failure.message ?? 'cannot create its pods');
  const wanted = numberOf(specOf(object), 'replicas', 1);
  const status = statusOf(object);
  return (
    shortOf(status, 'fullyLabeledReplicas', wanted, 'created') ??
    shortOf(status, 'availableReplicas', wanted, 'available') ??
    shortOf(status, 'readyReplicas', wanted, 'ready') ??
    surplus(status, wanted) ??
    CURRENT
  );
}

/** A StatefulSet is current when all pods, or those outside its partition, are of the newest revision and ready. */
export function statefulSetReadiness(object: KubernetesObject): Readiness {
  const spec = specOf(object);
  const strategy = recordOf(spec['updateStrategy']);
  if (strategy['type'] === 'OnDelete') return CURRENT;
  const wanted = numberOf(spec, 'replicas', 1);
  const status = statusOf(object);
  const partition = numberOf(recordOf(strategy['rollingUpdate']), 'partition', 0);
  const lack =
    shortOf(status, 'replicas', wanted, 'created') ??
    shortOf(status, 'readyReplicas', wanted, 'ready') ??
    surplus(status, wanted);
  if (lack !== undefined) return lack;
  if (partition > 0)
    return shortOf(status, 'updatedReplicas', Math.max(wanted - partition, 0), 'updated') ?? CURRENT;
  const isOneRevision = status['currentRevision'] === status['updateRevision'];
  return isOneRevision ? CURRENT : progressing('has not finished its rollout');
}

/** A DaemonSet that nobody has looked at yet has no generation in its status. */
export function daemonSetReadiness(object: KubernetesObject): Readiness {
  const status = statusOf(object);
  if (typeof status['observedGeneration'] !== 'number') return progressing('has not been seen yet');
  const wanted = numberOf(status, 'desiredNumberScheduled', 0);
  return (
    shortOf(status, 'currentNumberScheduled', wanted, 'scheduled') ??
    shortOf(status, 'updatedNumberScheduled', wanted, 'updated') ??
    shortOf(status, 'numberAvailable', wanted, 'available') ??
    shortOf(status, 'numberReady', wanted, 'ready') ??
    CURRENT
  );
}

/** Unlike kstatus, which is content once a Job has started, a Job is current when it is complete. */
export function jobReadiness(object: KubernetesObject): Readiness {
  const failure = conditionOf(object, 'Failed');
  if (failure?.status === 'True') return failed(failure.message || 'has failed');
  if (isTrue(object, 'Complete')) return CURRENT;
  if (specOf(object)['suspend'] === true) return CURRENT;
  return progressing(statusOf(object)['startTime'] === undefined ? 'has not started' : 'is running');
}

function shortOf(
  status: Readonly<Record<string, unknown>>,
  field: string,
  wanted: number,
  word: string,
): Readiness | undefined {
  const actual = numberOf(status, field, 0);
  return actual < wanted ? progressing(`has ${actual} of ${wanted} replicas ${word}`) : undefined;
}

function surplus(status: Readonly<Record<string, unknown>>, wanted: number): Readiness | undefined {
  const over = numberOf(status, 'replicas', 0) - wanted;
  return over > 0 ? progressing(`has ${over} old replicas to end`) : undefined;
}

function isTrue(object: KubernetesObject, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}

function numberOf(fields: Readonly<Record<string, unknown>>, name: string, otherwise: number): number {
  const value = fields[name];
  return typeof value === 'number' ? value : otherwise;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
