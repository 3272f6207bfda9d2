// The policies alone: what no server around them can avoid.

import type { Scenario } from '../scenario.ts';

export const evaluation: Scenario = {
  name: 'evaluation',
  title: 'evaluation: the policies alone, in one thread',
  async run(stand) {
    const { evaluations, meanMs, p99Ms, cpuMs } = await stand.evaluation();
    return {
      figures: { evaluation: { p99Ms } },
      tables: [
        {
          title: 'Evaluation alone: the same reviews and data, one Wasm instance, nothing around it',
          columns: ['evaluations', 'mean ms', 'p99 ms', 'CPU ms each'],
          rows: [[evaluations, meanMs, p99Ms, cpuMs]],
        },
      ],
    };
  },
};
