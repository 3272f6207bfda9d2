// What must be true before this process could lead. Each condition, once true, stays true: an API server that goes
// away later is no reason to restart.

export type Condition = 'bundle' | 'caches';

export interface ReadinessReport {
  readonly ready: boolean;
  /** Why not, one sentence each; empty when ready. */
  readonly reasons: readonly string[];
}

export interface Readiness {
  /** Says why a condition is not true yet. Without effect once it has been. */
  readonly wait: (condition: Condition, reason: string) => void;
  readonly meet: (condition: Condition) => void;
  /** From now on `/readyz` says no. */
  readonly drain: () => void;
  readonly report: () => ReadinessReport;
}

/** Starts with every condition unmet; calls back when ready, and when draining begins. */
export function createReadiness(onChange: (report: ReadinessReport) => void): Readiness {
  const waiting = new Map<Condition, string>([
    ['bundle', 'bundle: not there yet'],
    ['caches', 'caches: nothing listed yet'],
  ]);
  let draining = false;
  function report(): ReadinessReport {
    const reasons = draining ? ['draining: the process is about to end'] : [...waiting.values()];
    return { ready: reasons.length === 0, reasons };
  }
  return {
    wait(condition, reason) {
      if (waiting.has(condition)) waiting.set(condition, `${condition}: ${reason}`);
    },
    meet(condition) {
      if (waiting.delete(condition) && waiting.size === 0) onChange(report());
    },
    drain() {
      draining = true;
      onChange(report());
    },
    report,
  };
}
