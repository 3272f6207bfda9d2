// Everything that one reconcile decides by: what the engine says and what the watches show, taken at one moment.

import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import type { Built } from '../policies/engine/children/built.ts';
import { finishChild } from '../policies/engine/children/child.ts';
import { holderOf } from '../policies/engine/children/holder.ts';
import { type SecretReader, toSecretReaders } from '../policies/engine/children/secret-readers.ts';
import { buildReview, type MeshObject, type Question } from '../policies/engine/verdict/review.ts';
import { kindInfo } from '../schemas/kinds.ts';
import type { Deps, Store } from './deps.ts';
import { keyOfObject } from './key.ts';
import type { Observed, WantedChild } from './plan.ts';
import { isReport, reportRefOf } from './report.ts';
import { copiedFrom, copiesOf, missingCopies } from './secret-copies.ts';
import {
  dataOf,
  generatedValues,
  lacksGenerated,
  type MadeUp,
  randomPassword,
  withEncodedData,
  withGenerated,
} from './secrets.ts';
import { idOfRef } from './written.ts';

/** For a question and its turn in the queue: no API server waits for the answer. One evaluation has its own limit. */
const BUDGET_MS = 60_000;

/** The review that is judged at audit: an update that changes nothing. */
export function auditOf(owner: MeshObject, { now }: Pick<Deps, 'now'>): Question {
  const object = withoutStatus(owner);
  const review = buildReview({
    ...reviewOf(owner),
    object,
    oldObject: object,
    operation: 'UPDATE',
    now: now(),
  });
  return { ...review, budgetMs: BUDGET_MS };
}

/** The review that blueprints answer, with what they may see beside the inventory. */
export function buildOf(owner: MeshObject, { store, now }: Pick<Deps, 'store' | 'now'>): Question {
  const { namespace = '', name } = owner.metadata;
  const review = buildReview({
    ...reviewOf(owner),
    object: withoutStatus(owner),
    oldObject: null,
    operation: 'CREATE',
    now: now(),
    ...(owner.kind === 'DataProduct' ? { contracts: store.contractsOf(namespace, name) } : {}),
  });
  return { ...review, budgetMs: BUDGET_MS };
}

function reviewOf({ kind }: MeshObject): { readonly resource: string; readonly point: 'audit' } {
  return { resource: kindInfo(kind)?.plural ?? '', point: 'audit' };
}

/** What was found out before must not decide what is found out now. */
function withoutStatus({ status: _status, ...object }: MeshObject): MeshObject {
  return object;
}

/**
 * What blueprints desire beside what is there. Reports are not theirs. The owner is told when a value is there that
 * something desired still waits for.
 */
export function observe(
  owner: MeshObject,
  { objects, holds }: Pick<Built, 'objects' | 'holds'>,
  deps: Pick<Deps, 'store' | 'written' | 'copyReaders'>,
): Observed {
  const children = deps.store.childrenOf(owner).filter(({ object }) => !isReport(object));
  const held = new Set(holds.map(({ component }) => component));
  const madeUp = new Map<string, MadeUp>();
  const readers = toSecretReaders(
    objects,
    secret => dataThatIsThere(deps.store.child, secret) ?? makeUp(secret, madeUp, deps),
  );
  for (const secret of readers.flatMap(({ undecided }) => undecided))
    deps.copyReaders.note(refOfChild(secret), keyOfObject(owner));
  return toObserved(owner, readers, { children, held, madeUp }, deps);
}

/** Makes up values for a Secret that there is not, so that what reads them need not wait for it; gives its data. */
function makeUp(
  secret: ChildObject,
  madeUp: Map<string, MadeUp>,
  { store, written }: Pick<Deps, 'store' | 'written'>,
): ReturnType<typeof dataOf> | undefined {
  const ref = refOfChild(secret);
  if (store.child(ref) !== undefined || written.child(ref) !== undefined) return undefined;
  const desired = copiedFrom(store.child, withEncodedData(secret));
  const values = generatedValues(desired, randomPassword);
  madeUp.set(idOfRef(ref), values);
  return { ...dataOf(desired['data']), ...values };
}

function dataThatIsThere(find: Store['child'], secret: ChildObject): ReturnType<typeof dataOf> | undefined {
  const desired = copiedFrom(find, withEncodedData(secret));
  const live = find(refOfChild(secret))?.object;
  return lacksGenerated(desired, live) ? undefined : dataOf(withGenerated(desired, live, () => '')['data']);
}

/** The same for the one report that an object may have. */
export function observeReport(
  owner: MeshObject,
  report: ChildObject | undefined,
  deps: Pick<Deps, 'store' | 'written'>,
): Observed {
  const live = deps.store.child(reportRefOf(owner));
  const children = live === undefined ? [] : [live];
  const desired = report === undefined ? [] : [{ object: report, undecided: [] }];
  return toObserved(owner, desired, { children, held: new Set() }, deps);
}

interface Circumstances extends Pick<Observed, 'children' | 'held'> {
  /** By the identity of the Secret. */
  readonly madeUp?: ReadonlyMap<string, MadeUp>;
}

function toObserved(
  owner: MeshObject,
  objects: readonly SecretReader[],
  { children, held, madeUp = new Map() }: Circumstances,
  { store, written }: Pick<Deps, 'store' | 'written'>,
): Observed {
  const byId = new Map(children.map(child => [idOfRef(refOfChild(child.object)), child]));
  const wanted = objects.map(({ object, undecided }): WantedChild => {
    const desired = copiedFrom(store.child, withEncodedData(finishChild(object, owner)));
    const ref = refOfChild(desired);
    const live = byId.get(idOfRef(ref)) ?? store.child(ref);
    return {
      desired,
      live,
      holder:
        live === undefined
          ? undefined
          : holderOf(live.object, desired, key => store.get(key)?.metadata['uid']),
      written: written.child(ref),
      madeUp: madeUp.get(idOfRef(ref)),
      isUndecided: undecided.length > 0,
    };
  });
  return {
    ownerUid: uidOf(owner),
    wanted,
    children: children.filter(({ object }) => !written.wasRemoved(object.metadata.uid ?? '')),
    held,
  };
}

/**
 * The values that Secrets are to copy and that are not there, in words. From now on the owner is told when they come or
 * change.
 */
export function awaitedCopies(
  owner: MeshObject,
  { objects }: Pick<Built, 'objects'>,
  { store, copyReaders }: Pick<Deps, 'store' | 'copyReaders'>,
): string[] {
  return objects.flatMap(object => {
    for (const { from } of copiesOf(object)) copyReaders.note(from, keyOfObject(owner));
    return missingCopies(store.child, object);
  });
}

export function refOfChild({ apiVersion, kind, metadata }: ChildObject | KubernetesObject): {
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string;
} {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** Of an object that was stored; the empty text of any other. */
export function uidOf({ metadata }: MeshObject | KubernetesObject): string {
  const { uid } = metadata;
  return typeof uid === 'string' ? uid : '';
}
