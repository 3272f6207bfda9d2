import t from 'tap';
import { shortTime, standingOf } from '../../../../gitops/cli/live/standing.ts';
import { NOW } from './live-mesh.ts';

const PAST = '2026-01-01T00:00:00Z';
const SOON = '2026-12-31T00:00:00Z';

/** state, start, end, how it stands */
const TERMS: readonly [string, string, string, string][] = [
  ['', '', '', 'no agreement'],
  ['requested', PAST, SOON, 'requested'],
  ['revoked', PAST, SOON, 'revoked'],
  ['approved', PAST, SOON, 'in force'],
  ['approved', PAST, '', 'in force'],
  ['approved', '2026-06-01T00:00:00Z', SOON, 'in force'],
  ['approved', '', SOON, 'not yet'],
  ['approved', SOON, '', 'not yet'],
  ['approved', PAST, PAST, 'expired'],
  ['approved', PAST, '2026-06-01T00:00:00Z', 'expired'],
];

for (const [state, start, end, standing] of TERMS) {
  t.test(`"${state}" from "${start}" to "${end}" is ${standing}`, async t => {
    t.equal(standingOf({ state, start, end }, NOW), standing);
  });
}

t.test('midnight is left out', async t => {
  t.equal(shortTime('2026-01-01T00:00:00Z'), '2026-01-01');
  t.equal(shortTime('2026-01-01T08:30:00Z'), '2026-01-01T08:30:00Z');
  t.equal(shortTime(''), '');
});
