// Every way in which judging itself can fail, with the outcome declared: at every point a fault denies.

import type { Finding, Severity } from './verdict.ts';

export interface EngineFault {
  readonly code: string;
  readonly title: string;
  readonly description: string;
  readonly remedy: string;
  readonly severity: Severity;
}

/** One row per fault. Codes are never changed or reused. */
export const ENGINE_FAULTS = {
  deadline: {
    code: 'DM-ENGINE-001',
    title: 'No verdict in time',
    description:
      'The time that an evaluation may take was over before the policies had answered, or while the question waited for its turn.',
    remedy:
      'try again; if it persists, tell the platform team: a policy is slow, or there is too much to judge',
    severity: 'critical',
  },
  abort: {
    code: 'DM-ENGINE-002',
    title: 'A policy aborted',
    description: 'A policy ended with an error (a conflict, a failing built-in) instead of a verdict.',
    remedy: 'tell the platform team the policy named; the other policies were judged',
    severity: 'critical',
  },
  memory: {
    code: 'DM-ENGINE-003',
    title: 'Evaluation ran out of memory',
    description: 'A policy needed more memory or stack than an evaluation may use.',
    remedy: 'make the object smaller or flatter; if it persists, tell the platform team',
    severity: 'critical',
  },
  result: {
    code: 'DM-ENGINE-004',
    title: 'A policy gave a malformed result',
    description:
      'What came back is not a list of {path, message, details}, so it cannot be read as a verdict.',
    remedy: 'tell the platform team the policy named',
    severity: 'critical',
  },
  undefined: {
    code: 'DM-ENGINE-005',
    title: 'A policy gave no result',
    description: 'A policy that had to judge was undefined; that is never read as approval.',
    remedy: 'tell the platform team the policy named',
    severity: 'critical',
  },
  notReady: {
    code: 'DM-ENGINE-006',
    title: 'The engine is not ready',
    description: 'Policies or inventory are not loaded yet, or no longer.',
    remedy: 'try again in a moment',
    severity: 'critical',
  },
  input: {
    code: 'DM-ENGINE-007',
    title: 'The review cannot be read',
    description: 'The request is not an admission.k8s.io/v1 AdmissionReview that can be judged.',
    remedy: 'correct what is named; through the API server this does not happen',
    severity: 'critical',
  },
  kind: {
    code: 'DM-ENGINE-008',
    title: 'No policies for this',
    description: 'The webhook was asked about a kind, version or subresource that it does not judge.',
    remedy:
      'write a kind and version that DappMesh judges, as an object or its status; if it should judge this, tell the platform team',
    severity: 'critical',
  },
  operation: {
    code: 'DM-ENGINE-009',
    title: 'Unknown operation',
    description: 'Only CREATE, UPDATE and DELETE can be judged.',
    remedy: 'use create, update, patch, apply or delete',
    severity: 'critical',
  },
  thread: {
    code: 'DM-ENGINE-010',
    title: 'An evaluation thread was lost',
    description: 'The thread that judged this object ended before it answered; it was replaced.',
    remedy: 'try again; if it persists, tell the platform team',
    severity: 'critical',
  },
  host: {
    code: 'DM-ENGINE-011',
    title: 'Judging failed',
    description: 'An error outside the policies stopped the judgement; the log holds its cause.',
    remedy: 'try again; if it persists, tell the platform team',
    severity: 'critical',
  },
  blueprint: {
    code: 'DM-ENGINE-012',
    title: 'A blueprint made something it may not',
    description:
      'What a blueprint gave is no object of a kind that it declares, lies in a foreign namespace, or is given twice; or a component got nothing.',
    remedy: 'tell the platform team the blueprint named; nothing was changed',
    severity: 'critical',
  },
} as const satisfies Record<string, EngineFault>;

export type FaultName = keyof typeof ENGINE_FAULTS;

/** The object that a finding is about. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A fault as a finding that denies. `policy` is the code of the policy at fault, when one can be named. */
export function faultFinding(fault: FaultName, subject: Subject, problem: string, policy?: string): Finding {
  const { code, severity, remedy, title } = ENGINE_FAULTS[fault];
  const about = policy === undefined ? title : `${title} (${policy})`;
  return {
    code,
    severity,
    enforcement: 'deny',
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    path: [],
    message: problem === '' ? about : `${about}: ${problem}`,
    remedy,
    details: policy === undefined ? {} : { policy },
  };
}

/** What Wasm or the SDK threw (a string, an object, an Error) as fault and one line of text. */
export function classifyThrown(thrown: unknown): { fault: FaultName; message: string } {
  const message = textOf(thrown);
  if (thrown instanceof SyntaxError) return { fault: 'input', message };
  if (thrown instanceof RangeError || /opa_malloc|out of memory|unreachable|out of bounds/i.test(message)) {
    return { fault: 'memory', message };
  }
  return { fault: 'abort', message };
}

function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message =
    typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : thrown;
  return String(message);
}
