// Cells of a closed loop as a table.

import type { Cell } from '../load/rounds.ts';
import type { Table } from './table.ts';

export function cellTable(title: string, cells: readonly Cell[], notes: readonly string[] = []): Table {
  return {
    title,
    columns: [
      'server',
      'connections',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'CPU s per 1,000',
      'generator CPU',
      'others',
    ],
    rows: cells.map(cell => [
      cell.server,
      cell.connections,
      Math.round(cell.perSecond),
      cell.p50Ms,
      cell.p99Ms,
      cell.cpuMs,
      cell.generatorCpuMs,
      `${Math.round(cell.othersShare * 100)} %`,
    ]),
    notes,
  };
}
