// What the findings of a run amount to.

import t from 'tap';
import { exitCodeOf, toReport } from '../../../../gitops/cli/judge/report.ts';
import type { LocatedFinding } from '../../../../gitops/cli/located-finding.ts';
import { ENGINE_FAULTS, type FaultName, faultFinding } from '../../../../policies/engine/verdict/faults.ts';

const ORDERS = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const PLACE = { file: 'orders.yaml', line: 1, column: 1, source: '' };
const COUNTS = { objects: 1, files: 1, others: 0, bundle: 'r1', skipped: [] };

function fault(name: FaultName): LocatedFinding {
  return { ...faultFinding(name, ORDERS, ''), ...PLACE };
}

const DENIAL: LocatedFinding = { ...fault('host'), code: 'DM-OWN-001' };
const WARNING: LocatedFinding = { ...DENIAL, enforcement: 'warn' };

/** findings, strict, exit code */
const RUNS: readonly [string, LocatedFinding[], boolean, number][] = [
  ['nothing found', [], true, 0],
  ['a warning', [WARNING], false, 0],
  ['a strict warning', [WARNING], true, 1],
  ['a denial', [WARNING, DENIAL], false, 1],
  ['a denial beside an engine fault', [DENIAL, fault('deadline')], false, 2],
];

for (const [what, findings, strict, code] of RUNS) {
  t.test(`${what} ends with ${code}`, async t => {
    t.equal(exitCodeOf(toReport(findings, COUNTS, strict)), code);
  });
}

t.test('every engine fault refuses, and says that nothing could be judged', async t => {
  for (const name of Object.keys(ENGINE_FAULTS) as FaultName[]) {
    const report = toReport([fault(name)], COUNTS);
    t.notOk(report.summary.allowed, name);
    t.equal(exitCodeOf(report), 2, name);
  }
});
