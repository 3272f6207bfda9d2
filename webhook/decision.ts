// What is remembered of one answered review: a log line and a few counters. Never a body.

import { ENGINE_FAULTS } from '../policies/engine/verdict/faults.ts';
import type { ReviewRequest } from '../policies/engine/verdict/review.ts';
import type { Finding } from '../policies/engine/verdict/verdict.ts';
import type { Refusal } from './refusals.ts';

/** The two doors. */
export type Webhook = 'validate' | 'mutate';

/**
 * `allowed`, `denied`: judged. `unchanged`: allowed without evaluating, nothing a policy reads has changed.
 * `passed`: not ours to judge. `patched`: allowed and filled in. `refused`: a fault of the request itself.
 * `shed`: turned away to come again.
 */
export type Outcome = 'allowed' | 'denied' | 'unchanged' | 'passed' | 'patched' | 'refused' | 'shed';

export interface Decision {
  readonly webhook: Webhook;
  readonly outcome: Outcome;
  readonly uid: string;
  /** Null when the body could not be read. */
  readonly request: ReviewRequest | null;
  readonly findings: readonly Finding[];
  /** Why the request itself was refused or shed; null for all other outcomes. */
  readonly refusal: Refusal | null;
  readonly revision: string;
  readonly durationMs: number;
  /** What went wrong inside, for the log alone. */
  readonly error?: unknown;
}

/** Codes that a decision rests on, each once, in order. */
export function codesOf(decision: Decision): readonly string[] {
  if (decision.refusal !== null) return [ENGINE_FAULTS[decision.refusal.fault].code];
  if (decision.findings.length === 0) return NONE;
  return [...new Set(decision.findings.map(finding => finding.code))];
}

const NONE: readonly string[] = Object.freeze([]);
