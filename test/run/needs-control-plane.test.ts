import t from 'tap';
import { needsControlPlane } from './needs-control-plane.ts';

const CASES: readonly (readonly [file: string, needs: boolean, why: string])[] = [
  ['test/tools/control-plane.test.ts', true, 'it starts one itself'],
  ['test/cluster/outages.test.ts', true, 'by live.ts'],
  ['test/reconciler/integration/reports.test.ts', true, 'by its scene'],
  ['test/reconciler/reconcile.test.ts', true, 'by its scene'],
  ['test/tools/left-behind.test.ts', true, 'by a program that it starts'],
  ['test/policies/blueprints/postgres-tables.test.ts', true, 'PostgreSQL'],
  ['test/cluster/watch.test.ts', false, 'a scripted API server is none'],
  ['test/reconciler/queue/queue.test.ts', false, 'nothing of the kind'],
  ['test/lint.test.ts', false, 'the files it names are not there'],
  ['test/cluster/gate.ts', false, 'of a control plane it knows the type only'],
];

for (const [file, needs, why] of CASES) {
  t.test(`${file} ${needs ? 'needs' : 'does not need'} a control plane: ${why}`, async t => {
    t.equal(needsControlPlane(file), needs);
  });
}
