// A report whose every text was written by somebody who means harm.

import { type Report, toReport } from '../../../../gitops/cli/judge/report.ts';
import type { LocatedFinding } from '../../../../gitops/cli/located-finding.ts';

export const HOSTILE =
  '<script>alert(1)</script>|`x`\n::error::y\r\u001b[31m%0A,a:b]\u202e"\'&\\\u0000\ud800]]>';

const FINDING: LocatedFinding = {
  code: 'DM-OWN-001',
  severity: 'high',
  enforcement: 'deny',
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'orders',
  path: ['spec', 'owner', 'a/b~c', 0],
  message: 'no team is set',
  remedy: 'set owner.teamRef',
  details: {},
  file: 'domains/orders.yaml',
  line: 7,
  column: 3,
  source: '  owner: {}',
};

const counts = { objects: 2, files: 3, others: 4, bundle: 'r1', skipped: ['DM-OWN-004'] };

/** One denial and one warning, both well behaved. */
export const REPORT: Report = toReport(
  [FINDING, { ...FINDING, enforcement: 'warn', code: 'DM-QUA-001', line: 9, path: [] }],
  counts,
);

/** The hostile text wherever a push can put text. */
export const HOSTILE_REPORT: Report = toReport(
  [
    {
      ...FINDING,
      namespace: HOSTILE,
      name: HOSTILE,
      path: ['spec', HOSTILE],
      message: HOSTILE,
      file: `${HOSTILE}.yaml`,
      source: HOSTILE,
    },
  ],
  counts,
);

export const CLEAN_REPORT: Report = toReport([], { ...counts, skipped: [] });
