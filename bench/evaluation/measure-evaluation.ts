// The evaluation alone, on the same reviews and the same data as every server gets.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHelper } from '../machine/helper-process.ts';
import { meshData } from '../mesh/mesh.ts';
import { createTraffic } from '../mesh/traffic.ts';
import { ROOT } from '../servers/webhook.ts';
import type { Stand } from '../stand.ts';
import type { EvaluationJob, EvaluationResult } from './evaluation-process.ts';

/** Runs it in a process of its own. */
export async function measureEvaluation(
  stand: Pick<Stand, 'bundle' | 'mesh' | 'seconds'>,
): Promise<EvaluationResult> {
  const mesh = await stand.mesh();
  const { projection } = await stand.bundle();
  const job: EvaluationJob = {
    bundle: await readFile(join(ROOT, 'dist/bundle.tar.gz')),
    data: await meshData(projection, mesh),
    reviews: createTraffic(mesh).map(({ review }) => review),
    seconds: stand.seconds,
  };
  const helper = startHelper(new URL('./evaluation-process.ts', import.meta.url));
  try {
    return await helper.ask<EvaluationResult>(job);
  } finally {
    await helper.stop();
  }
}
