// The status of an object of DappMesh: what it should say (pure), and the one write when it says something else.

import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import { FIELD_MANAGER } from '../policies/engine/children/field-manager.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import { validateObject } from '../schemas/validate.ts';
import { type Compliance, type Condition, REASONS, type State, toConditions } from './conditions.ts';
import type { Deps } from './deps.ts';
import { isNotFound, isRaceLost, NotLeadingError, problemOf } from './faults.ts';
import { uidOf } from './gather.ts';
import { isNewer } from './resource-version.ts';

export type Status = Readonly<Record<string, unknown>>;

/** What one reconcile found out. */
export interface Outcome {
  readonly state: State;
  /** Absent: not judged this time. */
  readonly compliance?: Compliance;
  /** What the blueprints say; absent: they were not asked, and what they said before stays. */
  readonly fields?: Status;
}

const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';
const REQUESTED_AT_LIMIT = 256;

/** The status as it is, or as we wrote it where the store is behind. */
export function currentStatus(owner: MeshObject, { written }: Pick<Deps, 'written'>): Status {
  const { resourceVersion } = owner.metadata;
  const known = written.owner(uidOf(owner));
  const version = typeof resourceVersion === 'string' ? resourceVersion : undefined;
  const isBehind = known !== undefined && isNewer(known.resourceVersion, version);
  return (isBehind ? known.status : undefined) ?? statusOf(owner);
}

export function conditionsOf(status: Status): readonly Condition[] {
  const { conditions } = status;
  return Array.isArray(conditions) ? (conditions as readonly Condition[]) : [];
}

/** The status that tells an outcome. Pure. */
export function toStatus(owner: MeshObject, outcome: Outcome, previous: Status, now: Date): Status {
  const {
    conditions: _conditions,
    observedGeneration: _generation,
    lastHandledReconcileAt,
    ...rest
  } = previous;
  const generation = typeof owner.metadata['generation'] === 'number' ? owner.metadata['generation'] : 0;
  const requestedAt =
    owner.metadata.annotations?.[REQUESTED_AT]?.slice(0, REQUESTED_AT_LIMIT) ?? lastHandledReconcileAt;
  return {
    ...(outcome.fields ?? rest),
    observedGeneration: generation,
    conditions: toConditions(outcome.state, outcome.compliance, {
      previous: conditionsOf(previous),
      generation,
      now,
    }),
    ...(requestedAt === undefined ? {} : { lastHandledReconcileAt: requestedAt }),
  };
}

/**
 * Writes the status if it differs, and says by an event what has become of Ready. The status is ours alone: what
 * others wrote there is taken over. An object that is gone, or came back as another, is left to its own reconcile.
 */
export async function writeStatus(
  owner: MeshObject,
  outcome: Outcome,
  deps: Pick<Deps, 'cluster' | 'written' | 'mayWrite' | 'metrics' | 'events' | 'now'>,
  signal?: AbortSignal,
): Promise<void> {
  const previous = currentStatus(owner, deps);
  const status = toStatus(owner, withValidFields(owner, outcome), previous, deps.now());
  if (isDeepStrictEqual(previous, status)) return;
  if (!deps.mayWrite()) throw new NotLeadingError();
  deps.metrics.wrote(owner.kind, 'status');
  try {
    const apply = () =>
      deps.cluster.apply(statusPatch(owner, status), {
        fieldManager: FIELD_MANAGER,
        subresource: 'status',
        force: true,
        ...(signal === undefined ? {} : { signal }),
      });
    await deps.written.writeOwner(uidOf(owner), apply, { status });
  } catch (error) {
    if (isAnotherObject(error)) return;
    throw error;
  }
  announce(owner, conditionsOf(previous), conditionsOf(status), deps);
}

function statusPatch({ apiVersion, kind, metadata }: MeshObject, status: Status): KubernetesObject {
  const { name, namespace, uid } = metadata;
  const scope = namespace === undefined ? {} : { namespace };
  return {
    apiVersion,
    kind,
    metadata: { name, ...scope, ...(typeof uid === 'string' ? { uid } : {}) },
    status,
  };
}

/** Not found, found without the uid that we named (409), or with another one (422). Any other 409 is a lost race. */
function isAnotherObject(error: unknown): boolean {
  if (isNotFound(error)) return true;
  if (isRaceLost(error)) return error instanceof Error && /uid/i.test(error.message);
  return problemOf(error)?.message.includes('metadata.uid') ?? false;
}

/** A blueprint's fields that the schema does not know are dropped and said: the API server would refuse them all. */
function withValidFields(owner: MeshObject, outcome: Outcome): Outcome {
  if (outcome.fields === undefined || Object.keys(outcome.fields).length === 0) return outcome;
  const findings = validateObject(owner.kind, { ...owner, status: outcome.fields }).filter(
    ({ path }) => path[0] === 'status',
  );
  if (findings.length === 0) return outcome;
  const message = `the blueprints' status is not valid: ${findings.map(finding => finding.message).join('; ')}`;
  return {
    ...outcome,
    fields: {},
    state: { kind: 'stalled', reason: REASONS.reconciliationFailed, message },
  };
}

/** One event when Ready has another reason or says something else; not for every step of progress. */
function announce(
  owner: MeshObject,
  before: readonly Condition[],
  after: readonly Condition[],
  { events }: Pick<Deps, 'events'>,
): void {
  const was = before.find(({ type }) => type === 'Ready');
  const is = after.find(({ type }) => type === 'Ready');
  if (is === undefined || (was?.reason === is.reason && was.message === is.message)) return;
  if (is.reason === REASONS.progressing && was?.reason === REASONS.progressing) return;
  const { reason, message } = is;
  events.record(owner, { type: is.status === 'False' ? 'Warning' : 'Normal', reason, message });
}

function statusOf(owner: MeshObject): Status {
  const status = owner['status'];
  return typeof status === 'object' && status !== null ? (status as Status) : {};
}
