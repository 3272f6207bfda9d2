import { join } from 'node:path';
import t from 'tap';
import { shortTime, standingOf } from '../../../../gitops/cli/live/standing.ts';
import { toTimestamp } from '../../../../policies/engine/verdict/review.ts';
import { findBinary } from '../../../../tools/binaries.ts';
import { runCommand } from '../../../../tools/run-command.ts';
import { NOW } from './live-mesh.ts';

const ACCESS = join(import.meta.dirname, '../../../../policies/blueprints/lib/access/access.rego');
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

t.test('the blueprints give access in the same cases', async t => {
  const opa = await findBinary('opa');
  // Whoever has no agreement has none of these fields.
  const agreements = TERMS.map(fields => fields.slice(0, 3)).map(([state, start, end]) => ({
    ...(state !== '' && { state }),
    ...(start !== '' && { start }),
    ...(end !== '' && { end }),
  }));
  const input = { context: { now: toTimestamp(NOW) }, agreements };
  const running =
    '[i | some i, term in input.agreements; data.dappmesh.blueprints.lib.access.is_running(term)]';
  const args = ['eval', '--stdin-input', '--format=raw', '--data', ACCESS, running];
  const { code, stdout, stderr } = await runCommand(opa, args, { input: JSON.stringify(input) });
  t.equal(code, 0, stderr);
  const inForce = TERMS.flatMap(([, , , standing], index) => (standing === 'in force' ? [index] : []));
  t.strictSame(JSON.parse(stdout), inForce);
});

t.test('midnight is left out', async t => {
  t.equal(shortTime('2026-01-01T00:00:00Z'), '2026-01-01');
  t.equal(shortTime('2026-01-01T08:30:00Z'), '2026-01-01T08:30:00Z');
  t.equal(shortTime(''), '');
});
