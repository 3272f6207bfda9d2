// Of an exemption two speak: enforcement beside a denial, and its own Ready condition. They must say the same, through
// the engine as it runs, calendar in WebAssembly included.

import t from 'tap';
import { exemptionFor, governanceOf } from '../../../policies/engine/verdict/enforcement.ts';
import type { Policy } from '../../../policies/engine/verdict/policy.ts';
import { buildReview, type MeshObject, toTimestamp } from '../../../policies/engine/verdict/review.ts';
import { meshObject, product } from '../engine/question.ts';
import { freshBundle, startBuilding } from './building-engine.ts';

const NOW = new Date('2026-02-27T23:59:59Z');
const POLICY = { code: 'DM-OWN-001' } as Policy;
const ORDERS = product('orders', { domainRef: 'sales' });
const MESH = [
  meshObject('Mesh', 'retail', { limits: { exemptionDays: 30 } }),
  meshObject('Domain', 'sales', { meshRef: 'retail', namespaces: ['sales'] }),
];
const GOOD = {
  policy: 'DM-OWN-001',
  target: { kind: 'DataProduct', name: 'orders' },
  owner: 'ann@example.com',
  approvedBy: 'ben@example.com',
  expires: '2026-03-01T00:00:00Z',
};

const CASES: Readonly<Record<string, object>> = {
  'in force': {},
  'at the very end of the limit': { expires: '2026-03-29T23:59:59Z' },
  'a second beyond the limit': { expires: '2026-03-30T00:00:00Z' },
  'years beyond the limit': { expires: '9999-12-31T00:00:00Z' },
  'over since this second': { expires: '2026-02-27T23:59:59Z' },
  'without an end': { expires: undefined },
  'approved by nobody': { approvedBy: undefined },
  'approved by a blank': { approvedBy: ' ' },
  'approved by its owner': { approvedBy: ' Ann@Example.com' },
  'without an owner': { owner: undefined },
};

const bundle = await freshBundle(t.testdir());

for (const [what, changes] of Object.entries(CASES)) {
  t.test(`what an exemption says of itself is what denials say of it: ${what}`, async t => {
    const spec = JSON.parse(JSON.stringify({ ...GOOD, ...changes })) as Record<string, unknown>;
    const exemption: MeshObject = meshObject('PolicyExemption', 'late', spec);
    const engine = await startBuilding(t, bundle, [...MESH, ORDERS, exemption]);
    const { ready, faults } = await engine.build(
      buildReview({
        object: exemption,
        oldObject: null,
        operation: 'CREATE',
        resource: 'policyexemptions',
        point: 'audit',
        now: NOW,
      }),
    );
    t.strictSame(faults, []);
    const governance = governanceOf(ORDERS, engine.inventory);
    const counts = exemptionFor(POLICY, ORDERS, engine.inventory, governance, toTimestamp(NOW));
    t.equal(counts?.name, 'late');
    if (counts?.fault === undefined) t.equal(ready?.reason, 'InForce');
    else if (counts.fault === 'it has ended') t.equal(ready?.reason, 'Expired');
    else t.match(ready, { reason: 'Unapproved', message: `it exempts from nothing: ${counts.fault}` });
  });
}
