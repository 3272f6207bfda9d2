// Ways to hand an evaluation over, in one run: what each costs, and whether it keeps the deadline's promise.

import type { HandoffJob, HandoffResult } from '../handoff/handoff-process.ts';
import { buildRunawayBundle, runawayObject } from '../handoff/runaway.ts';
import { startHelper } from '../machine/helper-process.ts';
import { OWNER } from '../mesh/candidates.ts';
import { meshData } from '../mesh/mesh.ts';
import { createReview } from '../mesh/reviews.ts';
import { createTraffic } from '../mesh/traffic.ts';
import type { Table } from '../report/table.ts';
import type { Scenario } from '../scenario.ts';
import type { Stand } from '../stand.ts';

const IN_FLIGHT = [1, 8, 32];
const DEADLINE_MS = 250;
/** An answer that is later than this is no kept promise. */
const LATE_MS = 2 * DEADLINE_MS;

export const handoff: Scenario = {
  name: 'handoff',
  title: 'handoff: ways to hand an evaluation to a thread, or to a watchdog',
  async run(stand) {
    const results = await measure(stand);
    return { figures: {}, tables: [paceTable(results), promiseTable(results)] };
  },
};

async function measure(stand: Stand): Promise<HandoffResult> {
  const mesh = await stand.mesh();
  const { projection } = await stand.bundle();
  const [candidate] = mesh.candidates;
  if (candidate === undefined) throw new Error('the mesh has no candidates');
  const job: HandoffJob = {
    bundle: await buildRunawayBundle(stand.dir),
    data: await meshData(projection, mesh),
    reviews: createTraffic(mesh).map(({ review }) => review),
    runaway: createReview(runawayObject(candidate.compliant), OWNER),
    inFlight: IN_FLIGHT,
    roundMs: stand.seconds * 250,
    deadlineMs: DEADLINE_MS,
  };
  const helper = startHelper(new URL('../handoff/handoff-process.ts', import.meta.url));
  try {
    return await helper.ask<HandoffResult>(job);
  } finally {
    await helper.stop();
  }
}

function paceTable(results: HandoffResult): Table {
  return {
    title: 'Handing over: one thread, 10,000 products, the same reviews',
    columns: ['way', 'in flight', 'evaluations/s', 'CPU ms each', 'p50 ms', 'p99 ms'],
    rows: results.flatMap(({ name, paces }) =>
      paces.map(pace => [
        name,
        pace.inFlight,
        Math.round(pace.perSecond),
        pace.cpuMs,
        pace.p50Ms,
        pace.p99Ms,
      ]),
    ),
  };
}

function promiseTable(results: HandoffResult): Table {
  return {
    title: `The deadline's promise: an evaluation that runs away, deadline ${DEADLINE_MS} ms`,
    columns: ['way', 'answered ms', 'event loop still ms', 'serving again ms', 'keeps it'],
    rows: results.map(({ name, kept }) => [
      name,
      Math.round(kept.answeredMs),
      Math.round(kept.stoodStillMs),
      Math.round(kept.servingAgainMs),
      verdictOn(kept),
    ]),
    notes: ['while the event loop stands still nobody is answered: not other reviews, not /healthz'],
  };
}

function verdictOn({ answeredMs, stoodStillMs }: HandoffResult[number]['kept']): string {
  if (answeredMs > LATE_MS) return 'no';
  return stoodStillMs >= DEADLINE_MS ? 'only by stopping everybody' : 'yes';
}
