// The kstatus rule of pods.

import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { CURRENT, conditionOf, failed, progressing, type Readiness, statusOf } from './live-status.ts';

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

/** A pod is current when it is ready or through; one that crashes again and again has failed. */
export function podReadiness(object: KubernetesObject): Readiness {
  const status = statusOf(object);
  switch (status['phase']) {
    case 'Succeeded':
      return CURRENT;
    case 'Failed':
      return failed(typeof status['message'] === 'string' ? status['message'] : 'has failed');
    case 'Running':
      return runningReadiness(object);
    default: {
      const scheduled = conditionOf(object, 'PodScheduled');
      return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
        ? failed(scheduled.message ?? 'cannot be scheduled')
        : progressing('is not running yet');
    }
  }
}

function runningReadiness(object: KubernetesObject): Readiness {
  if (conditionOf(object, 'Ready')?.status === 'True') return CURRENT;
  const { containerStatuses } = statusOf(object);
  const containers = Array.isArray(containerStatuses) ? (containerStatuses as ContainerStatus[]) : [];
  const crashing = containers.find(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
  return crashing === undefined
    ? progressing('is not ready')
    : failed(`its container ${crashing.name} crashes again and again`);
}
