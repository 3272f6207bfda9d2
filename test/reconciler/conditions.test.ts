import t from 'tap';
import { type Condition, type State, toConditions } from '../../reconciler/conditions.ts';

const NOW = new Date('2026-03-01T12:00:00.500Z');
const BEFORE = '2026-01-01T00:00:00Z';
const CONTEXT = { previous: [], generation: 7, now: NOW };

function ready(status: Condition['status'], reason: string, message = 'as it was'): Condition {
  return { type: 'Ready', status, reason, message, observedGeneration: 6, lastTransitionTime: BEFORE };
}

const STATES: readonly (readonly [State, readonly string[]])[] = [
  [{ kind: 'ready', reason: 'Succeeded', message: 'm' }, ['Ready True Succeeded']],
  [{ kind: 'progressing', message: 'm' }, ['Ready Unknown Progressing', 'Reconciling True Progressing']],
  [
    { kind: 'waiting', reason: 'DependencyNotReady', message: 'm', isWatched: true },
    ['Ready False DependencyNotReady', 'Reconciling True ProgressingWithRetry'],
  ],
  [
    { kind: 'stalled', reason: 'FieldConflict', message: 'm' },
    ['Ready False FieldConflict', 'Stalled True FieldConflict'],
  ],
  [
    { kind: 'retrying', message: 'm' },
    ['Ready False ProgressingWithRetry', 'Reconciling True ProgressingWithRetry'],
  ],
  [{ kind: 'suspended' }, ['Ready Unknown Suspended']],
];

for (const [state, expected] of STATES)
  t.test(`${state.kind}: ${expected.join(', ')}`, async t => {
    const conditions = toConditions(state, undefined, CONTEXT);
    t.strictSame(
      conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
      expected,
    );
    for (const condition of conditions) {
      t.equal(condition.observedGeneration, 7);
      t.equal(condition.lastTransitionTime, '2026-03-01T12:00:00Z');
    }
  });

t.test(
  'suspended, or failing in passing in the generation that is in place, Ready keeps its status',
  async t => {
    const previous = [ready('True', 'Succeeded')];
    t.match(toConditions({ kind: 'suspended' }, undefined, { ...CONTEXT, previous }), [
      { type: 'Ready', status: 'True', reason: 'Suspended' },
    ]);
    const same = { ...CONTEXT, generation: 6, previous };
    t.match(toConditions({ kind: 'retrying', message: 'm' }, undefined, same), [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Succeeded',
        message: 'as it was',
        lastTransitionTime: BEFORE,
      },
      { type: 'Reconciling', status: 'True' },
    ]);
  },
);

for (const [what, previous] of [
  ['another generation', ready('True', 'Succeeded')],
  ['a failure before', { ...ready('False', 'ProgressingWithRetry'), observedGeneration: 7 }],
  ['progress', { ...ready('Unknown', 'Progressing'), observedGeneration: 7 }],
] as const)
  t.test(`failing in passing after ${what}, Ready is false and says why`, async t => {
    const state: State = { kind: 'retrying', message: 'etcd is slow' };
    t.match(toConditions(state, undefined, { ...CONTEXT, previous: [previous] }), [
      { type: 'Ready', status: 'False', reason: 'ProgressingWithRetry', message: 'etcd is slow' },
      { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry' },
    ]);
  });

t.test('a transition is when the status changed, not the reason', async t => {
  const previous = [ready('False', 'DependencyNotReady')];
  const [still] = toConditions({ kind: 'stalled', reason: 'InUse', message: '' }, undefined, {
    ...CONTEXT,
    previous,
  });
  t.equal(still?.lastTransitionTime, BEFORE);
  const [turned] = toConditions({ kind: 'ready', reason: 'Succeeded', message: '' }, undefined, {
    ...CONTEXT,
    previous,
  });
  t.equal(turned?.lastTransitionTime, '2026-03-01T12:00:00Z');
});

t.test('a verdict is kept until there is another one', async t => {
  const state: State = { kind: 'progressing', message: '' };
  const judged = toConditions(state, { status: 'False', reason: 'PolicyViolated', message: 'm' }, CONTEXT);
  t.match(judged[0], { type: 'Compliant', status: 'False', reason: 'PolicyViolated' });
  t.strictSame(toConditions(state, undefined, { ...CONTEXT, previous: judged })[0], judged[0]);
});

t.test('a message is cut to 2,048 characters', async t => {
  const [condition] = toConditions(
    { kind: 'ready', reason: 'Succeeded', message: 'x'.repeat(5000) },
    undefined,
    CONTEXT,
  );
  t.equal(condition?.message.length, 2048);
});
