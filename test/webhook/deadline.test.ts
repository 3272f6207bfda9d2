import t from 'tap';
import { budgetOf, parseGoDuration } from '../../webhook/deadline.ts';

const DURATIONS: readonly (readonly [text: string, ms: number | undefined])[] = [
  ['5s', 5_000],
  ['300ms', 300],
  ['1m30s', 90_000],
  ['1.5s', 1_500],
  ['1h', 3_600_000],
  ['2us', 0.002],
  ['2µs', 0.002],
  ['', undefined],
  ['5', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
  ['5s5', undefined],
  ['NaN', undefined],
];

for (const [text, ms] of DURATIONS) {
  t.test(`"${text}" is ${ms} ms`, t => {
    t.equal(parseGoDuration(text), ms);
    t.end();
  });
}

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
