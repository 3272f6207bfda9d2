// What the watches bring: kept in the store and in the inventory, and turned into keys to reconcile.

import type { KubernetesObject, ObjectRef } from '../cluster/kubernetes-object.ts';
import { refOf } from '../cluster/kubernetes-object.ts';
import type { Change } from '../cluster/watch.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import type { Inventory } from '../policies/inventory/inventory.ts';
import type { CopyReaders } from './copy-readers.ts';
import { type Key, keyOfObject } from './key.ts';
import type { Children } from './store/children.ts';
import { dependentsOf } from './store/dependents.ts';
import type { MeshObjects, Noted } from './store/mesh-objects.ts';
import type { Written } from './written.ts';

export interface IntakeDeps {
  readonly objects: MeshObjects;
  readonly children: Children;
  readonly inventory: Pick<Inventory, 'apply' | 'remove'>;
  readonly written: () => Pick<Written, 'sawChild' | 'sawOwner'>;
  readonly copyReaders: Pick<CopyReaders, 'take'>;
  readonly enqueue: (key: Key) => void;
  /** Whether some rule reads the status of other objects of this kind; by default none does. */
  readonly statusIsRead?: (kind: string) => boolean;
}

export interface Intake {
  readonly meshChanged: (change: Change) => void;
  readonly childChanged: (change: Change) => void;
  /** The API server no longer serves the kind: its objects are gone. */
  readonly kindGone: (apiVersion: string, kind: string) => void;
}

/** Makes the handlers of all watches. They are synchronous: a reader sees a change as a whole. */
export function createIntake(deps: IntakeDeps): Intake {
  const { objects, children, inventory, written, enqueue } = deps;
  const enqueueAll = (keys: Iterable<Key>) => {
    for (const key of keys) enqueue(key);
  };
  const dependents = (key: Key, ...noted: (Noted | undefined)[]) =>
    dependentsOf(
      key,
      noted.flatMap(each => each?.links ?? []),
      objects,
    );

  function meshApplied(object: MeshObject): void {
    const key = keyOfObject(object);
    // What throws comes again, and must then still be seen to be new: the comparison comes last.
    inventory.apply(object);
    const { before, after } = objects.apply(object);
    written().sawOwner(after.uid, versionOf(object));
    const isNew = before?.meaning !== after.meaning;
    // Our finalizer comes from a reconcile; when it goes, somebody may have taken it off.
    if (isNew || before.marks !== after.marks || (before.isHeld && !after.isHeld)) enqueue(key);
    const tells = before?.conditions !== after.conditions && deps.statusIsRead?.(key.kind) === true;
    if (isNew || tells) enqueueAll(dependents(key, before, after));
  }
  function meshDeleted(object: MeshObject): void {
    const key = keyOfObject(object);
    const before = objects.remove(key);
    inventory.remove(key.kind, key.namespace, key.name);
    if (before === undefined) return;
    written().sawOwner(before.uid, undefined);
    enqueue(key);
    enqueueAll(dependents(key, before));
  }
  function childApplied(object: KubernetesObject, ours: boolean): void {
    const owners = children.apply(object, ours);
    written().sawChild(refOf(object), object.metadata.resourceVersion, () => enqueueAll(owners));
    // Our own write is news to them.
    enqueueAll(deps.copyReaders.take(refOf(object)));
  }
  function childDeleted(ref: ObjectRef): void {
    const owners = children.remove(ref);
    written().sawChild(ref, undefined, () => enqueueAll(owners));
  }

  return {
    meshChanged: ({ type, object }) => (type === 'applied' ? meshApplied(object) : meshDeleted(object)),
    childChanged({ type, object, ours }) {
      if (type === 'applied') childApplied(object, ours);
      else childDeleted(refOf(object));
    },
    kindGone(apiVersion, kind) {
      for (const [ref, owners] of children.removeKind(apiVersion, kind))
        written().sawChild(ref, undefined, () => enqueueAll(owners));
    },
  };
}

function versionOf({ metadata }: MeshObject): string | undefined {
  const { resourceVersion } = metadata;
  return typeof resourceVersion === 'string' ? resourceVersion : undefined;
}
