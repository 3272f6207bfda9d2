// The load generator as the scenarios see it.

import { type HelperProcess, startHelper } from '../machine/helper-process.ts';
import type { LoadJob, LoadResult } from './job.ts';

export interface Generator {
  /** Throws when an answer was another than the proven one: such a run measures nothing. */
  run(job: LoadJob): Promise<LoadResult>;
  stop(): Promise<void>;
}

export function startGenerator(): Generator {
  const helper: HelperProcess = startHelper(new URL('./generator-process.ts', import.meta.url));
  return {
    async run(job) {
      const result = await helper.ask<LoadResult>(job);
      if (result.wrong > 0) throw new Error(`${result.wrong} of ${result.answers} answers were wrong`);
      return result;
    },
    stop: () => helper.stop(),
  };
}
