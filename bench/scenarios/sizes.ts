// Inventories of 10 to 100,000 products: the same reviews must cost the same.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SizesJob, SizesResult } from '../inventory/sizes-process.ts';
import { startHelper } from '../machine/helper-process.ts';
import { median } from '../measure.ts';
import type { Scenario } from '../scenario.ts';
import { ROOT } from '../servers/webhook.ts';

const SIZES = [10, 1000, 10_000, 100_000];
const ROUNDS = 8;

export const sizes: Scenario = {
  name: 'sizes',
  title: 'sizes: cost of a decision with 10 to 100,000 products in the inventory',
  async run({ seconds }) {
    const costs = await measure((seconds * 1000) / ROUNDS);
    const smallest = costs[0] ?? [];
    // Round against round: what else happened on the machine happened to both.
    const ratioOf = (rounds: readonly number[]): number =>
      median(rounds.map((cost, round) => cost / (smallest[round] ?? Number.NaN)));
    const ratios = costs.map(ratioOf);
    return {
      figures: { inventory: { costRatio100kTo10: ratios.at(-1) ?? Number.NaN } },
      tables: [
        {
          title: 'Inventory: CPU of a decision in the engine, host and thread together',
          columns: ['products', 'CPU ms', '÷ smallest'],
          rows: SIZES.map((size, i) => [size, median(costs[i] ?? []), ratios[i] ?? Number.NaN]),
        },
      ],
    };
  },
};

async function measure(roundMs: number): Promise<SizesResult> {
  const helper = startHelper(new URL('../inventory/sizes-process.ts', import.meta.url));
  const bundle = await readFile(join(ROOT, 'dist/bundle.tar.gz'));
  const job: SizesJob = { bundle, sizes: SIZES, rounds: ROUNDS, roundMs };
  try {
    return await helper.ask<SizesResult>(job);
  } finally {
    await helper.stop();
  }
}
