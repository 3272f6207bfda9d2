// A live object's status, read with care: it is whatever a controller wrote.

import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';

/** How far an object is; messages continue a sentence that begins with its name. */
export type Readiness =
  | { readonly state: 'current' }
  | { readonly state: 'progressing' | 'failed' | 'terminating'; readonly message: string };

export const CURRENT: Readiness = { state: 'current' };

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The status of an object, of whatever shape it is. */
export function statusOf(object: KubernetesObject): Readonly<Record<string, unknown>> {
  return fieldsOf(object['status']);
}

export function specOf(object: KubernetesObject): Readonly<Record<string, unknown>> {
  return fieldsOf(object['spec']);
}

/** A condition of the status that is True, False or Unknown. */
export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  const { conditions } = statusOf(object);
  if (!Array.isArray(conditions)) return undefined;
  return (conditions as readonly Condition[]).find(condition => condition?.type === type);
}

export function progressing(message: string): Readiness {
  return { state: 'progressing', message };
}

export function failed(message: string): Readiness {
  return { state: 'failed', message };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
