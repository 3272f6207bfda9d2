import t from 'tap';
import { budgetOf } from '../../webhook/deadline.ts';

const BUDGETS: readonly (readonly [url: string, ms: number])[] = [
  ['/validate', 4_000],
  ['/validate?timeout=30s', 4_000],
  ['/validate?timeout=2s', 1_750],
  ['/validate?a=b&timeout=2s&c=d', 1_750],
  ['/validate?timeout=1%6ds', 50],
  ['/validate?timeout=10ms', 50],
  ['/validate?timeout=soon', 4_000],
  ['/validate?timeout=%', 4_000],
];

for (const [url, ms] of BUDGETS) {
  t.test(`${url} leaves ${ms} ms`, t => {
    t.equal(budgetOf(url, 4_000), ms);
    t.end();
  });
}
