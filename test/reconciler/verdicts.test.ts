import t from 'tap';
import { faultFinding } from '../../policies/engine/verdict/faults.ts';
import type { Policy } from '../../policies/engine/verdict/policy.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import { missingReferences, refusePassingFaults, toCompliance } from '../../reconciler/verdicts.ts';

const SUBJECT = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };

function finding(code: string, enforcement: Finding['enforcement'] = 'deny'): Finding {
  return { ...faultFinding('abort', SUBJECT, ''), code, enforcement, message: `${code} says no` };
}

const ABORTED = faultFinding('abort', SUBJECT, 'boom');

const VERDICTS: readonly (readonly [string, readonly Finding[], string])[] = [
  ['no finding', [], 'True Compliant'],
  ['a warning', [finding('DM-OWN-001', 'warn')], 'True Compliant'],
  ['a denial', [finding('DM-OWN-001')], 'False PolicyViolated'],
  ['a denial beside a fault', [ABORTED, finding('DM-OWN-001')], 'False PolicyViolated'],
  ['a fault', [ABORTED], 'Unknown EvaluationFailed'],
  ['a fault beside a warning', [ABORTED, finding('DM-OWN-001', 'warn')], 'Unknown EvaluationFailed'],
];

for (const [what, findings, expected] of VERDICTS)
  t.test(`${what}: ${expected}`, async t => {
    const { status, reason } = toCompliance(findings);
    t.equal(`${status} ${reason}`, expected);
  });

t.test('a fault that may pass is worth another try, one of a policy is not', async t => {
  for (const fault of ['deadline', 'notReady', 'thread', 'host'] as const)
    t.throws(() => refusePassingFaults([faultFinding(fault, SUBJECT, '')]), { name: 'EngineFaultError' });
  for (const fault of ['abort', 'memory', 'result', 'undefined', 'blueprint'] as const)
    t.doesNotThrow(() => refusePassingFaults([faultFinding(fault, SUBJECT, '')]));
});

t.test('a missing reference is told from what is forbidden, and from what only warns', async t => {
  const policy = (code: string, admission: string) =>
    ({ code, enforce: { push: 'deny', admission, audit: 'deny' } }) as unknown as Policy;
  const policies = [policy('DM-DOM-001', 'warn'), policy('DM-OWN-001', 'deny')];
  const findings = [finding('DM-DOM-001'), finding('DM-DOM-001', 'warn'), finding('DM-OWN-001'), ABORTED];
  t.strictSame(missingReferences(findings, { policies }), ['DM-DOM-001 says no']);
});
