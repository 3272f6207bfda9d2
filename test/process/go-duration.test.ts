import t from 'tap';
import { parseGoDuration } from '../../process/go-duration.ts';

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
