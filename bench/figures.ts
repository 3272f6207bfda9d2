// The figures of a run, under the names that they have in bench/out/latest.json, and what they are to reach.

export interface Figures {
  admission?: {
    /** CPU of a decision ÷ 1.25 × (bare Fastify + evaluation alone), worst over connections. */
    cpuRatioToLimit?: number;
    /** Throughput ÷ that of `opa run --server`, worst over connections. */
    ratioToOpaServer?: number;
    /** Throughput ÷ that of bare Fastify, worst over connections. */
    ratioToCeiling?: number;
    /** The same for updates that change nothing. */
    unchangedRatioToCeiling?: number;
    /** At 100 requests/s and 50 inventory changes/s, from the time a request was due. */
    churnP99Ms?: number;
  };
  inventory?: {
    /** From the API server's answer to a change until a verdict shows it. */
    lagP99Ms?: number;
    /** Cost of a decision with 100,000 products ÷ with 10. */
    costRatio100kTo10?: number;
  };
  evaluation?: { p99Ms?: number };
  reconcile?: {
    /** Products from empty until everything they ask for exists, 10,000 of them. */
    productsPerSecond?: number;
    /** Writes a second ÷ those of a loop that sends the same writes, worst over sizes. */
    ratioToBareWrites?: number;
    /** Resident memory with 10,000 products. */
    rssMiB?: number;
    /** Writes while nothing changes and after a restart. */
    steadyStateWrites?: number;
    /** From the deletion of a child until it is there again, median, worst over sizes. */
    driftRepairMs?: number;
  };
  readyMs?: number;
  check1000Ms?: number;
  rssMiB?: number;
}

export interface Goal {
  readonly name: string;
  readonly limit: number;
  readonly better: 'lower' | 'higher';
  readonly value: (figures: Figures) => number | undefined;
}

/** The design's figures. Where it has none, the figure stands for itself and has no goal. */
export const GOALS: readonly Goal[] = [
  lower('admission.cpuRatioToLimit', 1, figures => figures.admission?.cpuRatioToLimit),
  higher('admission.ratioToOpaServer', 3, figures => figures.admission?.ratioToOpaServer),
  higher('admission.unchangedRatioToCeiling', 0.5, figures => figures.admission?.unchangedRatioToCeiling),
  lower('admission.churnP99Ms', 2, figures => figures.admission?.churnP99Ms),
  lower('inventory.lagP99Ms', 50, figures => figures.inventory?.lagP99Ms),
  lower('inventory.costRatio100kTo10', 1.1, figures => figures.inventory?.costRatio100kTo10),
  higher('reconcile.ratioToBareWrites', 0.8, figures => figures.reconcile?.ratioToBareWrites),
  lower('reconcile.rssMiB', 300, figures => figures.reconcile?.rssMiB),
  lower('reconcile.steadyStateWrites', 0, figures => figures.reconcile?.steadyStateWrites),
  lower('readyMs', 1500, figures => figures.readyMs),
  lower('rssMiB', 300, figures => figures.rssMiB),
  lower('check1000Ms', 2000, figures => figures.check1000Ms),
];

/** Adds the figures of one scenario to those of the run. */
export function merge(figures: Figures, more: Figures): Figures {
  const merged: Figures = { ...figures, ...more };
  if (figures.admission !== undefined) merged.admission = { ...figures.admission, ...more.admission };
  if (figures.inventory !== undefined) merged.inventory = { ...figures.inventory, ...more.inventory };
  return merged;
}

function lower(name: string, limit: number, value: Goal['value']): Goal {
  return { name, limit, better: 'lower', value };
}

function higher(name: string, limit: number, value: Goal['value']): Goal {
  return { name, limit, better: 'higher', value };
}
