import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import type { KubernetesObject, ObjectRef } from '../../cluster/kubernetes-object.ts';
import type { Patch } from '../../cluster/objects.ts';
import { createEventSender } from '../../reconciler/events.ts';

const ORDERS = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  metadata: { name: 'orders', namespace: 'sales', uid: 'u1', resourceVersion: '5' },
};
const DONE = { type: 'Normal', reason: 'Succeeded', message: 'done' } as const;

function setUp(fault?: Error) {
  const sent: (KubernetesObject | { ref: ObjectRef; patch: Patch })[] = [];
  const lost: unknown[] = [];
  const gates: (() => void)[] = [];
  let time = Date.parse('2026-01-01T00:00:00Z');
  const sender = createEventSender({
    instance: 'pod-1',
    now: () => new Date(time),
    onLost: error => lost.push(error),
    cluster: {
      async create(object) {
        await new Promise<void>(resolve => gates.push(resolve));
        sent.push(object);
        return object;
      },
      async patch(ref, patch) {
        sent.push({ ref, patch });
        if (fault !== undefined) throw fault;
        return { ...ORDERS };
      },
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) {
      for (const open of gates.splice(0)) open();
      await new Promise(resolve => setImmediate(resolve));
    }
  };
  return { sender, sent, lost, settle, advance: (ms: number) => (time += ms) };
}

t.test('an event says what, about whom, from where', async t => {
  const { sender, sent, settle } = setUp();
  sender.record(ORDERS, DONE);
  await settle();
  t.match(sent, [
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: 'sales', name: /^orders\.[0-9a-f]{16}$/ },
      involvedObject: { kind: 'DataProduct', namespace: 'sales', name: 'orders', uid: 'u1' },
      ...DONE,
      source: { component: 'dappmesh-reconciler' },
      reportingInstance: 'pod-1',
      firstTimestamp: '2026-01-01T00:00:00.000Z',
      count: 1,
    },
  ]);
});

t.test('an event of a cluster-scoped object lies in default', async t => {
  const { sender, sent, settle } = setUp();
  const { namespace: _, ...metadata } = ORDERS.metadata;
  sender.record({ ...ORDERS, kind: 'Domain', metadata }, { ...DONE, message: 'x'.repeat(3000) });
  await settle();
  const [event] = sent as KubernetesObject[];
  t.equal(event?.metadata.namespace, 'default');
  t.equal(String(event?.['message']).length, 1024);
});

t.test('recording does not wait, and the same again is a patch', async t => {
  const { sender, sent, settle, advance } = setUp();
  sender.record(ORDERS, DONE);
  advance(1000);
  sender.record(ORDERS, DONE);
  t.strictSame(sent, []);
  await settle();
  const [first, second] = sent as [KubernetesObject, { ref: ObjectRef; patch: { fields: object } }];
  t.equal(second.ref.name, first.metadata.name);
  t.match(second.patch.fields, { count: 2, lastTimestamp: '2026-01-01T00:00:01.000Z' });
});

t.test('an event that the API server has forgotten is made anew', async t => {
  const gone = new ApiError({ status: 404, reason: 'NotFound', message: 'gone' });
  const { sender, sent, settle } = setUp(gone);
  sender.record(ORDERS, DONE);
  sender.record(ORDERS, DONE);
  await settle();
  t.equal(sent.length, 3);
  t.match(sent[2], { kind: 'Event', count: 2 });
});

t.test('what cannot be sent is lost, and said', async t => {
  const { sender, sent, lost, settle } = setUp(new Error('down'));
  for (let i = 0; i < 2; i++) sender.record(ORDERS, DONE);
  await settle();
  t.equal(sent.length, 2);
  t.match(lost, [{ message: 'down' }]);
});

t.test('more than a thousand waiting are lost', async t => {
  const { sender, lost } = setUp();
  for (let i = 0; i < 1002; i++)
    sender.record({ ...ORDERS, metadata: { ...ORDERS.metadata, uid: `u${i}` } }, DONE);
  // One has been taken from the queue and is under way.
  t.equal(lost.length, 1);
});

t.test('one object that says too much is cut short', async t => {
  const { sender, sent, settle } = setUp();
  for (let i = 0; i < 40; i++) sender.record(ORDERS, DONE);
  await settle();
  t.equal(sent.length, 25);
});

t.test('after the stop nothing is sent', async t => {
  const { sender, sent, settle } = setUp();
  sender.record(ORDERS, DONE);
  sender.record(ORDERS, { ...DONE, message: 'other' });
  const stopped = sender.stop();
  await settle();
  await stopped;
  sender.record(ORDERS, DONE);
  await settle();
  t.equal(sent.length, 1);
});
