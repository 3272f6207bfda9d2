// Events (core/v1) that people see with `kubectl describe`. Best effort: a bounded queue that one sender empties, one
// attempt each; nobody waits for it, and nothing it does can fail a reconcile.

import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import type { Objects } from '../cluster/objects.ts';
import { truncate } from '../policies/engine/verdict/one-line.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import { type Correlation, createCorrelator } from './event-limits.ts';
import { isNotFound } from './faults.ts';

/** What happened to an object: reason and message as in its Ready condition. */
export interface ObjectEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface EventRecorder {
  /** Never throws and never waits. */
  readonly record: (object: MeshObject, event: ObjectEvent) => void;
}

export interface EventSender extends EventRecorder {
  /** Sends nothing more; resolves when the request under way is through. */
  readonly stop: () => Promise<void>;
}

export interface EventDeps {
  readonly cluster: Pick<Objects, 'create' | 'patch'>;
  readonly now: () => Date;
  /** Of this process: its pod. */
  readonly instance: string;
  /** Of an event that was not sent, for whatever reason. */
  readonly onLost?: (error: unknown) => void;
}

const COMPONENT = 'dappmesh-reconciler';
/** The API server takes 1,024 characters. */
const MESSAGE_LIMIT = 1024;
const WAITING = 1000;
const NAME_LIMIT = 200;

interface Sending {
  readonly object: MeshObject;
  readonly event: ObjectEvent;
  readonly correlation: Exclude<Correlation, { action: 'drop' }>;
  readonly at: Date;
}

/** Starts a recorder that sends to the API server. */
export function createEventSender(deps: EventDeps): EventSender {
  const correlator = createCorrelator(deps.now);
  const waiting: Sending[] = [];
  let sending: Promise<void> | undefined;
  let isStopped = false;

  const drain = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await send(next, deps).catch((error: unknown) => deps.onLost?.(error));
    sending = undefined;
  };

  return {
    record(object, event) {
      if (isStopped) return;
      const correlation = correlator.correlate(
        JSON.stringify([
          object.kind,
          object.metadata.namespace,
          object.metadata.name,
          object.metadata['uid'],
        ]),
        `${event.type} ${event.reason}`,
        event.message,
      );
      if (correlation.action === 'drop') return;
      if (waiting.length >= WAITING) return deps.onLost?.(new Error('too many events are waiting'));
      waiting.push({ object, event, correlation, at: deps.now() });
      sending ??= drain();
    },
    async stop() {
      isStopped = true;
      waiting.length = 0;
      await sending;
    },
  };
}

/** Counts up the event that is there; one that is not, or no longer (the API server keeps them an hour), is created. */
async function send(what: Sending, { cluster, instance }: EventDeps): Promise<void> {
  const event = toEvent(what, instance);
  if (what.correlation.action === 'create') {
    await cluster.create(event, { fieldManager: COMPONENT });
    return;
  }
  const { count, message, lastTimestamp } = event;
  const { namespace, name } = event.metadata;
  const fields = { count, message, lastTimestamp };
  try {
    await cluster.patch(
      { apiVersion: 'v1', kind: 'Event', namespace, name },
      { type: 'merge', fields },
      { fieldManager: COMPONENT },
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await cluster.create(event, { fieldManager: COMPONENT });
  }
}

function toEvent({ object, event, correlation, at }: Sending, instance: string): KubernetesObject {
  const { name, namespace = 'default', uid, resourceVersion } = object.metadata;
  const since = correlation.action === 'count' ? correlation.since : at;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(name, correlation.id, since), namespace },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      ...(object.metadata.namespace === undefined ? {} : { namespace }),
      name,
      uid,
      resourceVersion,
    },
    type: event.type,
    reason: event.reason,
    message: truncate(correlation.message, MESSAGE_LIMIT),
    source: { component: COMPONENT },
    reportingComponent: COMPONENT,
    reportingInstance: instance,
    firstTimestamp: since.toISOString(),
    lastTimestamp: at.toISOString(),
    count: correlation.action === 'count' ? correlation.count : 1,
  };
}

/** The same for each repetition, and another one for the next that is new. */
function eventName(object: string, id: string, since: Date): string {
  const hash = createHash('sha256').update(`${id} ${since.getTime()}`).digest('hex').slice(0, 16);
  return `${object.slice(0, NAME_LIMIT).replace(/[.-]+$/, '')}.${hash}`;
}
