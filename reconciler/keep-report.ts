// Keeps the report about an object as its last audit was, and nothing but: a report that cannot be written is a warning
// in the log, and stands in nobody's way.

import type { MeshObject } from '../policies/engine/verdict/review.ts';
import type { Finding } from '../policies/engine/verdict/verdict.ts';
import { applyPlan } from './apply.ts';
import type { Deps } from './deps.ts';
import { NotLeadingError, type Problem } from './faults.ts';
import { observeReport } from './gather.ts';
import { planChanges } from './plan.ts';
import { type ReportRef, reportRefOf, toReport } from './report.ts';
import { LIFETIME_MS, REFUSAL_MS } from './written.ts';

/** What one report may take of the time of a reconcile. */
const TIME_MS = 10_000;
/** What refuses one report is likely to refuse thousands: they are not tried often. */
const REFUSED_RETRY_MS = 600_000;

/**
 * Writes the report, or removes it from an object without findings, if it is not so already and the API server knows
 * reports at all. Gives when to look again although nothing may have happened. Throws only when the lease is lost.
 */
export async function keepReport(
  owner: MeshObject,
  findings: readonly Finding[],
  deps: Deps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const ref = reportRefOf(owner);
  if (!deps.served(ref.apiVersion, ref.kind)) return undefined;
  try {
    const report = toReport(owner, findings, deps.engine.bundle.policies);
    const observed = observeReport(owner, report, deps);
    // One that was written and is not shown yet could not be removed now.
    const isUnseen = observed.children.length === 0 && deps.written.child(ref) !== undefined;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TIME_MS)]);
    const [outcome] = await applyPlan(planChanges(observed), deps, limited);
    if (outcome?.problem === undefined) return isUnseen ? LIFETIME_MS : undefined;
    warn(ref, outcome.problem, {}, deps);
    return REFUSED_RETRY_MS;
  } catch (err) {
    if (err instanceof NotLeadingError) throw err;
    warn(ref, { kind: 'refused', message: 'it may pass' }, { err }, deps);
    return REFUSAL_MS;
  }
}

/** Once a minute for all reports of a kind: what is in the way of one is in the way of thousands. */
function warn(ref: ReportRef, problem: Problem, cause: { err?: unknown }, { written, log }: Deps): void {
  const { apiVersion, kind, namespace, name } = ref;
  const all = { apiVersion, kind, name: '' };
  if (written.problem(all, '') !== undefined) return;
  written.refused(all, '', problem);
  log.warn({ kind, namespace, name, problem: problem.message, ...cause }, 'a report cannot be written');
}
