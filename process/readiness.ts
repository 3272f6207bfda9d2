// What must be true before a process is of use. Each condition, once true, stays true: the API server going away later
// must not make every replica unready. Only what rests on nobody else can be lost again.

export interface ReadinessReport {
  readonly ready: boolean;
  /** Why not, one sentence each; empty when ready. */
  readonly reasons: readonly string[];
}

/** `Losable` are the conditions that can be taken back. */
export interface Readiness<Condition extends string, Losable extends Condition = never> {
  /** Says why a condition is not true yet. Without effect once it has been. */
  wait(condition: Condition, reason: string): void;
  meet(condition: Condition): void;
  /** Takes back a condition that was met, and says why. */
  lose(condition: Losable, reason: string): void;
  has(condition: Condition): boolean;
  /** From now on `/readyz` says no; what is loaded stays loaded. */
  drain(): void;
  report(): ReadinessReport;
}

/** Starts with every given condition unmet; calls back when ready, when that is lost, and when draining begins. */
export function createReadiness<Condition extends string, Losable extends Condition = never>(
  conditions: readonly Condition[],
  onChange: (report: ReadinessReport) => void,
): Readiness<Condition, Losable> {
  const waiting = new Map<Condition, string>(conditions.map(name => [name, `${name}: not there yet`]));
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
    lose(condition, reason) {
      const wasReady = waiting.size === 0;
      waiting.set(condition, `${condition}: ${reason}`);
      if (wasReady) onChange(report());
    },
    has: condition => !waiting.has(condition),
    drain() {
      draining = true;
      onChange(report());
    },
    report,
  };
}
