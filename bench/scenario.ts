// One thing that is measured.

import type { Figures } from './figures.ts';
import type { Table } from './report/table.ts';
import type { Stand } from './stand.ts';

export interface Outcome {
  readonly figures: Figures;
  readonly tables: readonly Table[];
}

export interface Scenario {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  run(stand: Stand): Promise<Outcome>;
}
