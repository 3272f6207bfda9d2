// What one reconcile needs from outside: the store, the engine, the door to the API server, clock, log and metrics.

import type { KubernetesObject, ObjectRef } from '../cluster/kubernetes-object.ts';
import type { Objects } from '../cluster/objects.ts';
import type { Engine } from '../policies/engine/engine.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import type { CopyReaders } from './copy-readers.ts';
import type { EventRecorder } from './events.ts';
import type { Key } from './key.ts';
import type { Written } from './written.ts';

/** A child as the watches have it, without `managedFields`. */
export interface ObservedChild {
  readonly object: KubernetesObject;
  /** `managedFields` showed our field manager with operation Apply: only such a child is ever pruned. */
  readonly ours: boolean;
}

/** Everything that is watched, as of the last event. Nothing in it may be changed by its readers. */
export interface Store {
  /** An object of DappMesh, status included. */
  readonly get: (key: Key) => MeshObject | undefined;
  readonly keys: (kind: string) => Iterable<Key>;
  /** The contracts of a product, sorted by name: what blueprints see as `input.context.contracts`. */
  readonly contractsOf: (
    namespace: string,
    product: string,
  ) => readonly { readonly name: string; readonly spec: Readonly<Record<string, unknown>> }[];
  /** One child by name, whoever its owner is: any object with the label `app.kubernetes.io/managed-by: dappmesh`. */
  readonly child: (ref: ObjectRef) => ObservedChild | undefined;
  /** The children whose controller this object is, and those without a controller that carry its owner labels. */
  readonly childrenOf: (owner: MeshObject) => readonly ObservedChild[];
}

/** The part of a pino logger that is used here. */
export interface Log {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
}

/** What `reconcile` and its workers report. Labels are kinds: bounded. */
export interface ReconcileMetrics {
  /** One attempt has begun (+1) or ended (-1). */
  readonly active: (delta: 1 | -1) => void;
  readonly reconciled: (kind: string, result: ReconcileResult, seconds: number) => void;
  /** Something was thrown that is no answer of the API server: a bug, counted beside the error. */
  readonly panicked: (kind: string) => void;
  /** One write request has been sent. `kind` is that of the object written. */
  readonly wrote: (kind: string, action: 'apply' | 'prune' | 'status' | 'finalizer') => void;
}

/** As controller-runtime names them; `terminal` counts as an error that is not retried. */
export type ReconcileResult = 'success' | 'requeue_after' | 'error' | 'terminal';

export interface Deps {
  readonly store: Store;
  readonly engine: Pick<Engine, 'judge' | 'build' | 'bundle'>;
  readonly cluster: Pick<Objects, 'get' | 'apply' | 'patch' | 'remove'>;
  /** Whether the API server serves a kind that blueprints make. */
  readonly served: (apiVersion: string, kind: string) => boolean;
  readonly events: EventRecorder;
  /** What was written and may not be in the store yet. */
  readonly written: Written;
  readonly copyReaders: Pick<CopyReaders, 'note'>;
  /** Fencing: true while the lease is ours. Asked before each write. */
  readonly mayWrite: () => boolean;
  readonly now: () => Date;
  /** How often in a row this key has failed before this attempt. */
  readonly failures: (key: Key) => number;
  readonly log: Log;
  readonly metrics: ReconcileMetrics;
}
