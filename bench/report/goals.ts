// The last table: every figure that was measured beside what it is to reach.

import { type Figures, GOALS } from '../figures.ts';
import type { Table } from './table.ts';

export function goalTable(figures: Figures): Table {
  const rows = GOALS.flatMap(({ name, limit, better, value }) => {
    const measured = value(figures);
    if (measured === undefined) return [];
    const reached = better === 'lower' ? measured <= limit : measured >= limit;
    return [[name, measured, `${better === 'lower' ? '≤' : '≥'} ${limit}`, reached ? 'reached' : 'missed']];
  });
  return { title: 'Goals', columns: ['figure', 'measured', 'goal', ''], rows };
}
