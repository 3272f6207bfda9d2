import t from 'tap';
import { isSameQuantity } from '../../../reconciler/comparing/quantity.ts';

const SAME: readonly (readonly [unknown, unknown])[] = [
  ['1000m', '1'],
  ['1Gi', '1024Mi'],
  [1, '1'],
  ['0.5', '500m'],
  ['1e3', '1k'],
  ['1E-3', '1m'],
  ['1.5Gi', '1536Mi'],
  ['-1', '-1000m'],
  ['0', '0Mi'],
  ['.5', '0.5'],
  ['0.1n', '1n'],
];

for (const [left, right] of SAME)
  t.test(`${String(left)} is ${String(right)}`, async t => t.ok(isSameQuantity(left, right)));

const DIFFERENT: readonly (readonly [unknown, unknown])[] = [
  ['1', '2'],
  ['1G', '1Gi'],
  ['1m', '1M'],
  ['', ''],
  ['x', 'x'],
  ['1 Gi', '1Gi'],
  [true, true],
  [undefined, undefined],
];

for (const [left, right] of DIFFERENT)
  t.test(`${String(left)} is no quantity, or another one than ${String(right)}`, async t =>
    t.notOk(isSameQuantity(left, right)),
  );
