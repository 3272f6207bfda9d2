// Resident memory of the webhook once everything has been loaded and it has worked for a while.

import { peakRssMiB, rssMiB } from '../machine/usage.ts';
import { PRODUCTS } from '../mesh/mesh.ts';
import { createTraffic } from '../mesh/traffic.ts';
import type { Scenario } from '../scenario.ts';
import { prove } from '../servers/prove.ts';

const LOAD_MS = 5000;

export const memory: Scenario = {
  name: 'memory',
  title: 'memory: the webhook with 10,000 products, after load',
  async run(stand) {
    const server = await stand.webhook();
    const shots = await prove(server, createTraffic(await stand.mesh()));
    const generator = await stand.generator();
    const { target } = server;
    await generator.run({ kind: 'closed', target, shots, connections: 8, warmMs: 0, measureMs: LOAD_MS });
    const resident = rssMiB(target.pid);
    return {
      figures: { rssMiB: resident },
      tables: [
        {
          title: 'Memory of the webhook process',
          columns: ['products', 'resident MiB', 'most ever MiB'],
          rows: [[PRODUCTS, resident, peakRssMiB(target.pid)]],
          notes: [
            'every product has a contract and an agreement: three objects each, as listed from the API server',
          ],
        },
      ],
    };
  },
};
