// Remembers what was written last, for as long as the store may not show it yet: nothing is written twice meanwhile.

import type { KubernetesObject, ObjectRef } from '../cluster/kubernetes-object.ts';
import { createExpiringMap } from './expiring-map.ts';
import type { Problem } from './faults.ts';
import { createFlights } from './flights.ts';
import { isNewer } from './resource-version.ts';

/** What an apply of a child gave. */
export interface WrittenChild {
  /** The `dappmesh.io/desired` hash that was applied. */
  readonly desired: string;
  /** The uid of its controller; empty without one. */
  readonly owner: string;
  readonly resourceVersion: string;
  /**
   * Set when the apply changed nothing: a digest of the child as it was. The comparison had not seen that live and
   * desired are the same, and would say so for ever.
   */
  readonly settled?: string;
}

/** What was written to an object of DappMesh itself. */
export interface WrittenOwner {
  readonly resourceVersion: string;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly finalizers?: readonly string[];
}

type Write = () => Promise<KubernetesObject>;

export interface Written {
  readonly child: (ref: ObjectRef) => WrittenChild | undefined;
  /** Sends a write of a child and remembers it until a watch shows it; `settled` as in `WrittenChild`. */
  readonly writeChild: (
    ref: ObjectRef,
    write: Write,
    toWritten: (answer: KubernetesObject) => Omit<WrittenChild, 'resourceVersion'>,
  ) => Promise<KubernetesObject>;
  /** A watch shows a child in this version, or none that it is gone. `tell` is called unless that is our own doing. */
  readonly sawChild: (ref: ObjectRef, resourceVersion: string | undefined, tell: () => void) => void;
  /** What stood in the way of this very attempt, if it was made a moment ago. */
  readonly problem: (ref: ObjectRef, attempt: string) => Problem | undefined;
  readonly refused: (ref: ObjectRef, attempt: string, problem: Problem) => void;
  /** The kind (`apps/v1/Deployment`) is served anew: what was refused before says nothing about it. */
  readonly forgetRefusals: (type: string) => void;
  /** Whether an edit by hand may be taken back now. Who edits again and again insists, and is not fought. */
  readonly mayRepair: (ref: ObjectRef) => boolean;
  /** A delete was accepted for this uid. */
  readonly removed: (uid: string) => void;
  readonly wasRemoved: (uid: string) => boolean;
  readonly owner: (uid: string) => WrittenOwner | undefined;
  /** Sends a write of an object of DappMesh and remembers what it was about until a watch shows it. */
  readonly writeOwner: (
    uid: string,
    write: Write,
    fields: Omit<WrittenOwner, 'resourceVersion'>,
  ) => Promise<KubernetesObject>;
  /** A watch shows such an object in this version, or none that it is gone. */
  readonly sawOwner: (uid: string, resourceVersion: string | undefined) => void;
}

/** A write that no watch has shown for so long was undone before anybody saw it. */
export const LIFETIME_MS = 30_000;
/** What was refused is refused again: no request is spent on it for so long, whatever else happens to its owner. */
export const REFUSAL_MS = 60_000;
/** Edits of one child that are taken back within so long. */
const REPAIRS = 3;
const REPAIR_WINDOW_MS = 600_000;

/** Makes an empty memory; the clock gives milliseconds. */
export function createWritten(now: () => number): Written {
  const children = new Map<string, WrittenChild & { readonly at: number }>();
  const owners = new Map<string, WrittenOwner & { readonly at: number }>();
  const refusals = createExpiringMap<string, { attempt: string; problem: Problem }>(REFUSAL_MS, now);
  const repairs = createExpiringMap<string, { count: number }>(REPAIR_WINDOW_MS, now);
  const removals = createExpiringMap<string, true>(LIFETIME_MS, now);
  const isFresh = (at: number) => now() - at < LIFETIME_MS;
  const flights = createFlights();

  return {
    child(ref) {
      const found = children.get(idOfRef(ref));
      if (found === undefined || found.settled !== undefined || isFresh(found.at)) return found;
      children.delete(idOfRef(ref));
      return undefined;
    },
    writeChild(ref, write, toWritten) {
      const id = idOfRef(ref);
      return flights.send(id, write, (answer, isShown) => {
        refusals.delete(id);
        const written = toWritten(answer);
        if (isShown && written.settled === undefined) children.delete(id);
        else children.set(id, { ...written, resourceVersion: versionOf(answer), at: now() });
      });
    },
    sawChild(ref, resourceVersion, tell) {
      const id = idOfRef(ref);
      if (flights.holdBack(id, { resourceVersion, tell })) return;
      const own = children.get(id);
      if (resourceVersion === undefined) {
        children.delete(id);
        refusals.delete(id);
      } else if (
        own !== undefined &&
        own.settled === undefined &&
        !isNewer(own.resourceVersion, resourceVersion)
      )
        children.delete(id);
      if (resourceVersion === undefined || own?.resourceVersion !== resourceVersion) tell();
    },
    problem(ref, attempt) {
      const found = refusals.get(idOfRef(ref));
      return found?.attempt === attempt ? found.problem : undefined;
    },
    refused(ref, attempt, problem) {
      refusals.set(idOfRef(ref), { attempt, problem });
    },
    forgetRefusals(type) {
      for (const id of refusals.keys()) if (id.startsWith(`${type}/`)) refusals.delete(id);
    },
    mayRepair(ref) {
      const known = repairs.get(idOfRef(ref));
      if (known === undefined) repairs.set(idOfRef(ref), { count: 1 });
      else known.count += 1;
      return (known?.count ?? 1) <= REPAIRS;
    },
    removed: uid => removals.set(uid, true),
    wasRemoved: uid => removals.get(uid) === true,
    owner(uid) {
      const found = owners.get(uid);
      if (found === undefined || isFresh(found.at)) return found;
      owners.delete(uid);
      return undefined;
    },
    writeOwner(uid, write, fields) {
      return flights.send(uid, write, (answer, isShown) => {
        if (isShown) owners.delete(uid);
        else
          owners.set(uid, { ...owners.get(uid), ...fields, resourceVersion: versionOf(answer), at: now() });
      });
    },
    sawOwner(uid, resourceVersion) {
      if (flights.holdBack(uid, { resourceVersion, tell() {} })) return;
      const own = owners.get(uid);
      const isBehind =
        own !== undefined && resourceVersion !== undefined && isNewer(own.resourceVersion, resourceVersion);
      if (!isBehind) owners.delete(uid);
    },
  };
}

function versionOf({ metadata }: KubernetesObject): string {
  return metadata.resourceVersion ?? '';
}

/** `apps/v1/Deployment/shop/orders`. */
export function idOfRef({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return `${apiVersion}/${kind}/${namespace}/${name}`;
}
