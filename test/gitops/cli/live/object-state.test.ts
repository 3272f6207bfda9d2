import t from 'tap';
import { type ObjectState, stateOf } from '../../../../gitops/cli/live/object-state.ts';
import { condition, liveObject, READY } from './live-mesh.ts';

const BY_HAND = condition('Stalled', 'True', 'FieldConflict', 'kubectl owns spec.replicas');

/** what, parts of the object, what is read */
const CASES: readonly [string, Parameters<typeof liveObject>[2], Partial<ObjectState>][] = [
  [
    'ready and compliant',
    { status: READY },
    { ready: 'True', compliant: 'True', reason: 'Succeeded', stalled: false },
  ],
  ['without any status', {}, { ready: 'Unknown', compliant: 'Unknown', reason: 'NotReconciled' }],
  [
    'not seen by any reconciler',
    { status: { observedGeneration: -1 } },
    { ready: 'Unknown', reason: 'NotReconciled' },
  ],
  [
    'changed since it was ready',
    { metadata: { generation: 2 }, status: READY },
    { ready: 'Unknown', reason: 'Progressing', compliant: 'True' },
  ],
  [
    'stalled',
    { status: { conditions: [condition('Ready', 'False', 'Failed', 'it failed'), BY_HAND] } },
    { ready: 'False', stalled: true, reason: 'FieldConflict', message: 'kubectl owns spec.replicas' },
  ],
  [
    'against a policy',
    {
      status: {
        conditions: [condition('Ready', 'True'), condition('Compliant', 'False', 'Violations', 'DM-OWN-001')],
      },
    },
    { ready: 'True', compliant: 'False', compliance: 'DM-OWN-001' },
  ],
  ['suspended', { spec: { suspend: true }, status: READY }, { suspended: true, ready: 'True' }],
  [
    'being deleted while in use',
    {
      metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['dappmesh.io/in-use'] },
      status: READY,
    },
    { deleting: true, inUse: true },
  ],
  [
    'with conditions that are none',
    { status: { conditions: ['x', { type: 1 }, null] } },
    { ready: 'Unknown' },
  ],
];

for (const [what, parts, state] of CASES) {
  t.test(`an object ${what}`, async t => {
    t.match(stateOf(liveObject('DataProduct', 'orders', parts)), state);
  });
}
