// Reviews as the API server writes them, and an engine that says what it is told to.

import type { Bundle } from '../../policies/engine/loading/bundle.ts';
import type { Policy } from '../../policies/engine/verdict/policy.ts';
import type { Question } from '../../policies/engine/verdict/review.ts';
import type { Finding, Verdict } from '../../policies/engine/verdict/verdict.ts';
import type { AdmissionDeps } from '../../webhook/admission.ts';
import type { Decision } from '../../webhook/decision.ts';

export const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';

/** A product with a spec. */
export function product(spec: Record<string, unknown> = { domainRef: 'sales' }, metadata: object = {}) {
  return {
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'DataProduct',
    metadata: { name: 'orders', namespace: 'sales', ...metadata },
    spec,
  };
}

/** The request of a review, keys in the API server's order. */
export function request(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uid: UID,
    kind: { group: 'dappmesh.io', version: 'v1alpha1', kind: 'DataProduct' },
    resource: { group: 'dappmesh.io', version: 'v1alpha1', resource: 'dataproducts' },
    name: 'orders',
    namespace: 'sales',
    operation: 'CREATE',
    userInfo: { username: 'ann', groups: ['team-orders'] },
    object: product(),
    oldObject: null,
    dryRun: false,
    options: {},
    ...changes,
  };
}

/** The text of a whole review. */
export function review(
  changes: Record<string, unknown> = {},
  envelope: Record<string, unknown> = {},
): string {
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: request(changes),
    ...envelope,
  });
}

export const FINDING: Finding = {
  code: 'DM-OWN-001',
  severity: 'high',
  enforcement: 'deny',
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'orders',
  path: ['spec', 'owner', 'teamRef'],
  message: 'no team is set',
  remedy: 'set owner.teamRef',
  details: {},
};

export interface FakeEngine {
  readonly asked: Question[];
  readonly decisions: Decision[];
  readonly deps: AdmissionDeps;
}

/** Dependencies with an engine that finds what it is given, and remembers what it was asked. */
export function fakeEngine(
  options: {
    findings?: readonly Finding[];
    operations?: readonly { op: 'add'; path: string; value: unknown }[];
    fails?: Error;
    policies?: readonly Policy[];
    deps?: Partial<AdmissionDeps>;
  } = {},
): FakeEngine {
  const asked: Question[] = [];
  const decisions: Decision[] = [];
  const findings = options.findings ?? [];
  async function judge(question: Question): Promise<Verdict> {
    asked.push(question);
    if (options.fails !== undefined) throw options.fails;
    const allowed = findings.every(finding => finding.enforcement !== 'deny');
    return { allowed, findings, revision: 'r1', point: question.point };
  }
  async function fill(question: Question) {
    asked.push(question);
    if (options.fails !== undefined) throw options.fails;
    return { operations: options.operations ?? [], object: question.request.object, faults: [] };
  }
  const bundle = { revision: 'r1', policies: options.policies ?? [] } as unknown as Bundle;
  let time = 0;
  const deps: AdmissionDeps = {
    engine: { judge, fill, bundle },
    loaded: () => true,
    clock: () => (time += 0.5),
    now: () => new Date('2026-01-31T12:00:00Z'),
    record: decision => decisions.push(decision),
    budgetMs: 4_000,
    judgeUnchanged: false,
    ...options.deps,
  };
  return { asked, decisions, deps };
}
