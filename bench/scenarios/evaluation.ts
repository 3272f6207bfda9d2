// The policies alone: what no server around them can avoid.

import type { Scenario } from '../scenario.ts';

export const evaluation: Scenario = {
  name: 'evaluation',
  title: 'evaluation: the policies alone, in one thread',
  async run(stand) {
    const { evaluations, meanMs, p99Ms, cpuMs, afterSleepCpuMs } = await stand.evaluation();
    return {
      figures: { evaluation: { p99Ms } },
      tables: [
        {
          title: 'Evaluation alone: the same reviews and data, one Wasm instance, nothing around it',
          columns: ['evaluations', 'mean ms', 'p99 ms', 'CPU ms each', 'after a sleep'],
          rows: [[evaluations, meanMs, p99Ms, cpuMs, afterSleepCpuMs]],
          notes: ['after a sleep of 0.1 ms: how a server at 1 connection finds its core'],
        },
      ],
    };
  },
};
