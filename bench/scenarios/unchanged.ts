// What a GitOps tool sends at every interval: UPDATEs whose spec is as before, answered without evaluating.

import { cellOf, perConnections, takeTurns } from '../load/rounds.ts';
import { unchangedTraffic } from '../mesh/traffic.ts';
import { cellTable } from '../report/cells.ts';
import type { Scenario } from '../scenario.ts';
import { prove } from '../servers/prove.ts';

export const unchanged: Scenario = {
  name: 'unchanged',
  title: 'unchanged: UPDATE that changes nothing',
  async run(stand) {
    const reviews = unchangedTraffic(await stand.mesh());
    const contestants = [];
    for (const server of [await stand.bare(), await stand.webhook()]) {
      contestants.push({ server, shots: await prove(server, reviews) });
    }
    const cells = await takeTurns(await stand.generator(), contestants, stand.seconds);
    const ratios = perConnections(
      connections =>
        cellOf(cells, 'webhook', connections).perSecond /
        cellOf(cells, 'bare Fastify', connections).perSecond,
    );
    const shown = ratios.map(({ connections, value }) => `${value.toFixed(2)} at ${connections}`);
    return {
      figures: { admission: { unchangedRatioToCeiling: Math.min(...ratios.map(({ value }) => value)) } },
      tables: [
        cellTable('Unchanged: UPDATE with the same spec, two copies of it in each review', cells, [
          `webhook ÷ bare Fastify: ${shown.join(', ')} connections`,
        ]),
      ],
    };
  },
};
