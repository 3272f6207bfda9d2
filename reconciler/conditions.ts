// Outcome of a reconcile → conditions (kstatus and Flux's conventions). Pure.
// `Ready` always; `Reconciling` and `Stalled` only while true, never both; `Compliant` once it was judged.

import { truncate } from '../policies/engine/verdict/one-line.ts';
import { toTimestamp } from '../policies/engine/verdict/review.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

/** Reasons of conditions, those of Flux where it has the word. */
export const REASONS = {
  /** Everything is as it should be. */
  succeeded: 'Succeeded',
  /** Children are on their way. */
  progressing: 'Progressing',
  /** Something outside failed, and is tried again. */
  progressingWithRetry: 'ProgressingWithRetry',
  /** Something that is referred to is not there yet. */
  dependencyNotReady: 'DependencyNotReady',
  /** `spec.suspend` is set. */
  suspended: 'Suspended',
  /** The API server does not let us write a child. */
  accessDenied: 'AccessDenied',
  /** The API server or the engine refuses what was to be done. */
  reconciliationFailed: 'ReconciliationFailed',
  /** A child has failed. */
  healthCheckFailed: 'HealthCheckFailed',
  /** Somebody else manages fields that we set. */
  fieldConflict: 'FieldConflict',
  /** Deleted, but still used. */
  inUse: 'InUse',
  /** No policy objects. */
  compliant: 'Compliant',
  /** Policies object. */
  policyViolated: 'PolicyViolated',
  /** Policies could not be asked. */
  evaluationFailed: 'EvaluationFailed',
} as const;

/** Where an object stands. */
export type State =
  | { readonly kind: 'ready'; readonly reason: string; readonly message: string }
  | { readonly kind: 'progressing'; readonly message: string }
  /** Heals by itself; what is not watched has to be looked for. */
  | {
      readonly kind: 'waiting';
      readonly reason: string;
      readonly message: string;
      readonly isWatched: boolean;
    }
  /** Something outside failed several times in a row; what has become ready in this generation stays so. */
  | { readonly kind: 'retrying'; readonly message: string }
  /** Needs a human. */
  | { readonly kind: 'stalled'; readonly reason: string; readonly message: string }
  | { readonly kind: 'suspended' };

/** What the audit found. */
export interface Compliance {
  readonly status: Condition['status'];
  readonly reason: string;
  readonly message: string;
}

export interface ConditionContext {
  readonly previous: readonly Condition[];
  readonly generation: number;
  readonly now: Date;
}

type Claim = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;
/** A claim, and for which generation it was made. */
type Former = Claim & Pick<Condition, 'observedGeneration'>;

const MESSAGE_LIMIT = 2048;
/** Ready before anything is known. */
const UNANSWERED: Former = {
  type: 'Ready',
  status: 'Unknown',
  reason: REASONS.progressing,
  message: '',
  observedGeneration: -1,
};

/**
 * The conditions that say where an object stands, sorted by type. Without a `compliance`, the former one stays. The time
 * of a transition is that of the last change of `status`.
 */
export function toConditions(
  state: State,
  compliance: Compliance | undefined,
  { previous, generation, now }: ConditionContext,
): readonly Condition[] {
  const before = (type: string) => previous.find(condition => condition.type === type);
  const claims = toClaims(state, before('Ready') ?? UNANSWERED, generation).map(claim => {
    const former = before(claim.type);
    const since = former?.status === claim.status ? former.lastTransitionTime : toTimestamp(now);
    const message = truncate(claim.message, MESSAGE_LIMIT);
    return { ...claim, message, observedGeneration: generation, lastTransitionTime: since };
  });
  const compliant = toCompliant(compliance, before('Compliant'), generation, now);
  return [...claims, ...compliant].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function toClaims(state: State, readyBefore: Former, generation: number): readonly Claim[] {
  switch (state.kind) {
    case 'ready':
      return [{ type: 'Ready', status: 'True', reason: state.reason, message: state.message }];
    case 'progressing': {
      const claim = { reason: REASONS.progressing, message: state.message };
      return [
        { type: 'Ready', status: 'Unknown', ...claim },
        { type: 'Reconciling', status: 'True', ...claim },
      ];
    }
    case 'waiting':
      return [
        { type: 'Ready', status: 'False', reason: state.reason, message: state.message },
        {
          type: 'Reconciling',
          status: 'True',
          reason: REASONS.progressingWithRetry,
          message: state.message,
        },
      ];
    case 'retrying': {
      const { type, status, reason, message, observedGeneration } = readyBefore;
      const claim = { reason: REASONS.progressingWithRetry, message: state.message };
      // Of what the spec asks for now, nothing may be in place yet.
      const isReady = status === 'True' && observedGeneration === generation;
      return [
        isReady ? { type, status, reason, message } : { type, status: 'False', ...claim },
        { type: 'Reconciling', status: 'True', ...claim },
      ];
    }
    case 'stalled': {
      const claim = { reason: state.reason, message: state.message };
      return [
        { type: 'Ready', status: 'False', ...claim },
        { type: 'Stalled', status: 'True', ...claim },
      ];
    }
    case 'suspended': {
      const message = 'suspended by spec.suspend: nothing is built or changed';
      return [{ type: 'Ready', status: readyBefore.status, reason: REASONS.suspended, message }];
    }
  }
}

function toCompliant(
  compliance: Compliance | undefined,
  former: Condition | undefined,
  generation: number,
  now: Date,
): readonly Condition[] {
  if (compliance === undefined) return former === undefined ? [] : [former];
  const since = former?.status === compliance.status ? former.lastTransitionTime : toTimestamp(now);
  return [
    {
      type: 'Compliant',
      ...compliance,
      message: truncate(compliance.message, MESSAGE_LIMIT),
      observedGeneration: generation,
      lastTransitionTime: since,
    },
  ];
}
