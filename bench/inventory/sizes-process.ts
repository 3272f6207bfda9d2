// One engine per size of inventory, all in this process, judging in turn: what each decision costs in CPU.

import { createEngine, type Engine } from '../../policies/engine/engine.ts';
import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import type { Question, ReviewRequest } from '../../policies/engine/verdict/review.ts';
import { serveJobs } from '../machine/helper-process.ts';
import { pause } from '../measure.ts';
import { fill, makeMesh } from '../mesh/mesh.ts';
import { createTraffic } from '../mesh/traffic.ts';

export interface SizesJob {
  readonly bundle: Uint8Array;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly roundMs: number;
}

/** CPU of one decision in milliseconds, host and thread together: per size, one figure per round. */
export type SizesResult = readonly (readonly number[])[];

/** Decisions under way at the same time. */
const IN_FLIGHT = 8;
const WARM_MS = 1500;
const PATIENCE_MS = 60_000;

serveJobs(measure);

async function measure(job: SizesJob): Promise<SizesResult> {
  const questions = await makeQuestions();
  const engines: Engine[] = [];
  for (const size of job.sizes) engines.push(await startEngine(job.bundle, size, questions));
  for (const engine of engines) await costOf(engine, questions, WARM_MS);
  const costs = engines.map((): number[] => []);
  for (let round = 0; round < job.rounds; round++) {
    for (const [i, engine] of engines.entries()) costs[i]?.push(await costOf(engine, questions, job.roundMs));
  }
  await Promise.all(engines.map(engine => engine.close()));
  return costs;
}

/** The same reviews for every size: what they refer to is in each of the meshes. */
async function makeQuestions(): Promise<Question[]> {
  return createTraffic(await makeMesh(0)).map(({ review }) => {
    const { request } = JSON.parse(review.toString()) as { request: ReviewRequest };
    return { request, bytes: review, point: 'admission', now: new Date(), budgetMs: PATIENCE_MS };
  });
}

async function startEngine(
  bundle: Uint8Array,
  size: number,
  questions: readonly Question[],
): Promise<Engine> {
  const engine = await createEngine({ bundle: await loadBundle(bundle), threads: 1 });
  fill(engine.inventory, await makeMesh(size));
  await untilJudging(engine, questions);
  return engine;
}

/** A filled thread first takes in its patches and may be rebuilt after that. */
async function untilJudging(engine: Engine, questions: readonly Question[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (const question of questions) {
    for (;;) {
      const { findings } = await engine.judge(question);
      if (!findings.some(({ code }) => code.startsWith('DM-ENGINE'))) break;
      if (performance.now() > deadline) throw new Error('the engine does not judge');
      await pause(100);
    }
  }
}

async function costOf(engine: Engine, questions: readonly Question[], ms: number): Promise<number> {
  const end = performance.now() + ms;
  const before = process.cpuUsage();
  let judged = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) await engine.judge(questions[judged++ % questions.length] as Question);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / judged;
}
