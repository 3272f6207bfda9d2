import t from 'tap';
import { REASONS } from '../../reconciler/conditions.ts';
import { type Outcome, toStatus, writeStatus } from '../../reconciler/status.ts';
import { apiError, ORDERS, scripted } from './scripted-deps.ts';

const DONE: Outcome = {
  state: { kind: 'ready', reason: 'Succeeded', message: 'done' },
  fields: { snapshot: 'sha256:abc' },
};
const NOW = new Date('2026-03-01T12:00:00Z');

t.test('what blueprints said before stays while they are not asked', async t => {
  const previous = toStatus(ORDERS, DONE, {}, NOW);
  t.match(previous, { observedGeneration: 3, snapshot: 'sha256:abc' });
  t.match(toStatus(ORDERS, { state: { kind: 'suspended' } }, previous, NOW), { snapshot: 'sha256:abc' });
  t.notOk('snapshot' in toStatus(ORDERS, { ...DONE, fields: {} }, previous, NOW));
});

t.test('a request to reconcile is echoed, and its last value kept', async t => {
  const annotations = { 'reconcile.fluxcd.io/requestedAt': 'x'.repeat(300) };
  const asked = toStatus({ ...ORDERS, metadata: { ...ORDERS.metadata, annotations } }, DONE, {}, NOW);
  t.equal(asked['lastHandledReconcileAt'], 'x'.repeat(256));
  t.equal(toStatus(ORDERS, DONE, asked, NOW)['lastHandledReconcileAt'], 'x'.repeat(256));
});

t.test('the same status is not written again, neither from the store nor while it is behind', async t => {
  const scene = scripted();
  await writeStatus(ORDERS, DONE, scene.deps);
  await writeStatus(ORDERS, DONE, scene.deps);
  t.equal(scene.requests.length, 1);
  const shown = {
    ...ORDERS,
    metadata: { ...ORDERS.metadata, resourceVersion: '101' },
    status: scene.status(),
  };
  await writeStatus(shown, DONE, scene.deps);
  t.equal(scene.requests.length, 1);
});

t.test('a status that somebody else changed is written again', async t => {
  const scene = scripted();
  await writeStatus(ORDERS, DONE, scene.deps);
  const shown = { ...ORDERS, metadata: { ...ORDERS.metadata, resourceVersion: '102' }, status: {} };
  await writeStatus(shown, DONE, scene.deps);
  t.equal(scene.requests.length, 2);
});

t.test('an event tells what has become of Ready, once, and not every step on the way', async t => {
  const scene = scripted();
  const progressing = (message: string): Outcome => ({ state: { kind: 'progressing', message } });
  for (const outcome of [progressing('0 of 2'), progressing('1 of 2'), DONE, DONE])
    await writeStatus(ORDERS, outcome, scene.deps);
  await writeStatus(
    ORDERS,
    { state: { kind: 'stalled', reason: REASONS.inUse, message: 'in use' } },
    scene.deps,
  );
  t.strictSame(
    scene.events.map(({ type, reason }) => `${type} ${reason}`),
    ['Normal Progressing', 'Normal Succeeded', 'Warning InUse'],
  );
});

t.test('a status that the schema does not allow is dropped and said', async t => {
  const scene = scripted();
  await writeStatus(ORDERS, { ...DONE, fields: { endpoints: 'none' } }, scene.deps);
  t.strictSame(scene.conditions(), ['Ready False ReconciliationFailed', 'Stalled True ReconciliationFailed']);
  t.notOk('endpoints' in (scene.status() ?? {}));
});

for (const error of [
  apiError(404),
  apiError(409, 'uid mismatch'),
  apiError(422, 'metadata.uid: Invalid value'),
])
  t.test(`an object that is gone or another is left alone: ${error.message}`, async t => {
    const scene = scripted({
      onRequest() {
        throw error;
      },
    });
    await writeStatus(ORDERS, DONE, scene.deps);
    t.strictSame(scene.events, []);
  });

t.test('other refusals are thrown', async t => {
  const scene = scripted({
    onRequest() {
      throw apiError(500);
    },
  });
  await t.rejects(writeStatus(ORDERS, DONE, scene.deps));
});
