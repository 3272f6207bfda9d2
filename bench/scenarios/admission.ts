// Closed loop of CREATEs, compliant and violating in turn: our webhook between its ceiling and its peer.

import { type Cell, cellOf, perConnections, takeTurns } from '../load/rounds.ts';
import { createTraffic } from '../mesh/traffic.ts';
import { cellTable } from '../report/cells.ts';
import type { Table } from '../report/table.ts';
import type { Scenario } from '../scenario.ts';
import { prove } from '../servers/prove.ts';
import type { Stand } from '../stand.ts';

/** What the design grants over the two costs that cannot be avoided. */
const MARGIN = 1.25;

export const admission: Scenario = {
  name: 'admission',
  title: 'admission: CREATE of a DataProduct, full policy set',
  async run(stand) {
    const evaluation = await stand.evaluation();
    const cells = await measure(stand);
    const bare = (connections: number): Cell => cellOf(cells, 'bare Fastify', connections);
    const ours = (connections: number): Cell => cellOf(cells, 'webhook', connections);
    const peer = (connections: number): Cell => cellOf(cells, 'opa run --server', connections);
    const ratios = perConnections(connections => ({
      cpu: ours(connections).cpuMs / (MARGIN * (bare(connections).cpuMs + evaluation.cpuMs)),
      opa: ours(connections).perSecond / peer(connections).perSecond,
      ceiling: ours(connections).perSecond / bare(connections).perSecond,
    }));
    return {
      figures: {
        admission: {
          cpuRatioToLimit: Math.max(...ratios.map(({ value }) => value.cpu)),
          ratioToOpaServer: Math.min(...ratios.map(({ value }) => value.opa)),
          ratioToCeiling: Math.min(...ratios.map(({ value }) => value.ceiling)),
        },
      },
      tables: [
        cellTable('Admission: CREATE, compliant and violating in turn', cells, [
          'CPU is of the server process with all its threads; the generator shares the cores with it.',
          'others: what everything else on the machine took of it meanwhile.',
        ]),
        ratioTable(ratios, evaluation.cpuMs),
      ],
    };
  },
};

async function measure(stand: Stand): Promise<Cell[]> {
  const reviews = createTraffic(await stand.mesh());
  const contestants = [];
  for (const server of [await stand.bare(), await stand.webhook(), await stand.opa()]) {
    contestants.push({ server, shots: await prove(server, reviews) });
  }
  return takeTurns(await stand.generator(), contestants, stand.seconds);
}

function ratioTable(
  ratios: readonly { connections: number; value: { cpu: number; opa: number; ceiling: number } }[],
  evaluationMs: number,
): Table {
  return {
    title: 'Admission: ratios',
    columns: ['connections', 'CPU ÷ limit', 'throughput ÷ opa', 'throughput ÷ ceiling'],
    rows: ratios.map(({ connections, value }) => [connections, value.cpu, value.opa, value.ceiling]),
    notes: [`limit: ${MARGIN} × (bare Fastify + ${evaluationMs.toFixed(4)} ms for the evaluation alone)`],
  };
}
