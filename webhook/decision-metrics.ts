// One decision → the counters it moves.

import { KINDS } from '../schemas/kinds.ts';
import type { Decision } from './decision.ts';
import type { Metrics } from './metrics.ts';

const KIND_NAMES: ReadonlySet<string> = new Set(KINDS.map(info => info.kind));
const OPERATION_NAMES: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']);

/** Counts a decision. What a caller can invent (a kind, an operation) is counted as `other`. */
export function countDecision(metrics: Metrics, decision: Decision): void {
  const { webhook, outcome, request } = decision;
  const kind = known(KIND_NAMES, request?.kind.kind);
  const operation = known(OPERATION_NAMES, request?.operation);
  metrics.latency.observe({ webhook, decision: outcome }, decision.durationMs / 1_000);
  metrics.decisions.inc({ webhook, kind, operation, decision: outcome });
  for (const { code, enforcement } of decision.findings) metrics.findings.inc({ code, enforcement });
  if (outcome === 'unchanged') metrics.unchanged.inc();
  else if (outcome === 'shed') metrics.shed.inc();
  if (decision.refusal !== null) metrics.refusals.inc({ reason: decision.refusal.reason });
}

function known(names: ReadonlySet<string>, name: string | undefined): string {
  return name !== undefined && names.has(name) ? name : 'other';
}
