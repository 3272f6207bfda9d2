import t from 'tap';
import { mean, median, quantile } from '../../bench/measure.ts';

const HUNDRED = Array.from({ length: 100 }, (_, i) => 99 - i);

t.test('a quantile is the value below which that share lies, whatever the order', async t => {
  for (const [share, value] of [
    [0, 0],
    [0.5, 50],
    [0.99, 99],
    [1, 99],
  ] as const) {
    t.equal(quantile(HUNDRED, share), value);
  }
});

t.test('median and mean of few values', async t => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(mean([3, 1, 2]), 2);
});

t.test('nothing measured is not a number, and not zero', async t => {
  t.same(quantile([], 0.99), Number.NaN);
  t.same(mean([]), Number.NaN);
});
