// What the status of an object says, in the terms that people ask in. The conditions are all that counts: whoever
// wrote them, and whatever the object is made of.

import { IN_USE_FINALIZER } from '../../../policies/engine/children/in-use.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { fieldsOf, itemsOf, textOf } from './fields.ts';

/** Of a condition; `Unknown` also when there is none. */
export type Truth = 'True' | 'False' | 'Unknown';

export interface ObjectState {
  readonly ready: Truth;
  readonly compliant: Truth;
  /** CamelCase word of the condition that explains best: Stalled, else Ready. */
  readonly reason: string;
  readonly message: string;
  /** What `Compliant` says; empty without that condition. */
  readonly compliance: string;
  /** Nothing will move before a person does something. */
  readonly stalled: boolean;
  readonly suspended: boolean;
  readonly deleting: boolean;
  /** Somebody still needs it: it will not go when it is deleted. */
  readonly inUse: boolean;
}

interface Condition {
  readonly status: Truth;
  readonly reason: string;
  readonly message: string;
}

/** Reads the status of an object. One that answers an older generation says nothing about readiness. */
export function stateOf(object: MeshObject): ObjectState {
  const status = fieldsOf(object['status']);
  const conditions = new Map(
    itemsOf(status['conditions']).map(item => [textOf(item['type']), conditionOf(item)]),
  );
  const ready = answers(object, status['observedGeneration']) ? conditions.get('Ready') : undefined;
  const stalled = conditions.get('Stalled');
  const isStalled = stalled?.status === 'True';
  const said = (isStalled ? stalled : ready) ?? unanswered(conditions.has('Ready'));
  const compliant = conditions.get('Compliant');
  return {
    ready: ready?.status ?? 'Unknown',
    compliant: compliant?.status ?? 'Unknown',
    reason: said.reason,
    message: said.message,
    compliance: compliant?.message ?? '',
    stalled: isStalled,
    suspended: fieldsOf(object.spec)['suspend'] === true,
    deleting: textOf(object.metadata['deletionTimestamp']) !== '',
    inUse: (object.metadata.finalizers ?? []).includes(IN_USE_FINALIZER),
  };
}

function answers({ metadata }: MeshObject, observed: unknown): boolean {
  return typeof metadata['generation'] !== 'number' || observed === metadata['generation'];
}

function unanswered(isOld: boolean): Condition {
  return isOld
    ? { status: 'Unknown', reason: 'Progressing', message: 'the latest change has not been answered yet' }
    : { status: 'Unknown', reason: 'NotReconciled', message: 'no reconciler has answered yet' };
}

function conditionOf(item: Readonly<Record<string, unknown>>): Condition {
  const status = textOf(item['status']);
  return {
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textOf(item['reason']),
    message: textOf(item['message']),
  };
}
