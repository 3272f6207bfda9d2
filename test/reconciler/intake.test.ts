import t from 'tap';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { createCopyReaders } from '../../reconciler/copy-readers.ts';
import { createIntake } from '../../reconciler/intake.ts';
import { toText } from '../../reconciler/key.ts';
import { createChildren } from '../../reconciler/store/children.ts';
import { createMeshObjects } from '../../reconciler/store/mesh-objects.ts';
import { createWritten } from '../../reconciler/written.ts';
import { agreement, meshObject, product, sampleMesh } from './mesh-samples.ts';

function openIntake() {
  const queued: string[] = [];
  const inventory: string[] = [];
  const written = createWritten(() => 0);
  const objects = createMeshObjects();
  const copyReaders = createCopyReaders();
  const intake = createIntake({
    objects,
    children: createChildren(),
    inventory: {
      apply: object => void inventory.push(`apply ${object.kind}`),
      remove: kind => void inventory.push(`remove ${kind}`),
    },
    written: () => written,
    copyReaders,
    enqueue: key => void queued.push(toText(key)),
    statusIsRead: kind => kind === 'AccessAgreement',
  });
  const change = (type: 'applied' | 'deleted', object: MeshObject) => {
    queued.length = 0;
    intake.meshChanged({ type, object, origin: 'watch', ours: false });
    return [...new Set(queued)].toSorted();
  };
  for (const object of sampleMesh()) change('applied', object);
  return { intake, change, queued, inventory, written, objects, copyReaders };
}

t.test('a status that we wrote ourselves starts nothing', async t => {
  const { change } = openIntake();
  const before = product('sales/orders', 'sales');
  change('applied', before);
  t.strictSame(
    change('applied', { ...before, status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
    [],
  );
});

t.test('the same state twice starts nothing', async t => {
  const { change } = openIntake();
  const object = product('sales/orders', 'sales');
  change('applied', object);
  t.strictSame(change('applied', object), []);
});

t.test('an annotation concerns the object alone', async t => {
  const { change } = openIntake();
  const object = meshObject(
    'Domain',
    'sales',
    { meshRef: 'retail' },
    { metadata: { annotations: { a: 'b' } } },
  );
  t.strictSame(change('applied', object), ['Domain//sales']);
});

t.test('a condition that turns is told to those who may read it, not to the object itself', async t => {
  const { change } = openIntake();
  const before = agreement('sales/shipments-orders', 'orders', 'logistics/shipments');
  const turned = { ...before, status: { conditions: [{ type: 'Ready', status: 'False' }] } };
  t.strictSame(change('applied', turned), [
    'DataProduct/logistics/shipments',
    'DataProduct/sales/orders',
    'Domain//logistics',
    'Domain//sales',
  ]);
});

t.test('a product that moves to another domain is told to both', async t => {
  const { change } = openIntake();
  const moved = meshObject(
    'DataProduct',
    'sales/orders',
    { domainRef: 'logistics' },
    { metadata: { generation: 2 } },
  );
  const told = change('applied', moved);
  t.ok(told.includes('Domain//sales') && told.includes('Domain//logistics'));
});

t.test('an object that goes is told to all that it was linked with, and forgotten', async t => {
  const { change, inventory, objects, written } = openIntake();
  const orders = product('sales/orders', 'sales');
  const answer: KubernetesObject = { ...orders, metadata: { name: 'orders', resourceVersion: '99999' } };
  await written.writeOwner('uid-DataProduct-sales/orders', async () => answer, {});
  const told = change('deleted', orders);
  t.ok(told.includes('DataProduct/sales/orders') && told.includes('Domain//sales'));
  t.ok(told.includes('DataProduct/logistics/shipments') && told.includes('DataContract/sales/orders-v1'));
  t.equal(inventory.at(-1), 'remove DataProduct');
  t.equal(objects.size('DataProduct'), 1);
  t.equal(written.owner('uid-DataProduct-sales/orders'), undefined);
  t.strictSame(change('deleted', orders), [], 'a second time it is nothing new');
});

t.test('a renamed object is one that goes and one that comes', async t => {
  const { change } = openIntake();
  const gone = change('deleted', product('sales/orders', 'sales'));
  const came = change('applied', product('sales/purchases', 'sales'));
  t.ok(gone.includes('DataProduct/sales/orders'));
  t.strictSame(came, ['DataProduct/sales/purchases', 'Domain//sales']);
});

const OWNER = {
  apiVersion: 'dappmesh.io/v1alpha1',
  kind: 'DataProduct',
  name: 'orders',
  uid: 'u',
  controller: true,
};
const CHILD: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'sales', resourceVersion: '20', ownerReferences: [OWNER] },
};
const REF = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'sales', name: 'x' };

t.test('whatever happens to a child is told to its owner', async t => {
  const { intake, queued } = openIntake();
  for (const type of ['applied', 'applied', 'deleted'] as const) {
    queued.length = 0;
    intake.childChanged({ type, object: CHILD, origin: 'watch', ours: true });
    t.strictSame([...new Set(queued)], ['DataProduct/sales/orders']);
  }
  queued.length = 0;
  intake.childChanged({ type: 'applied', object: CHILD, origin: 'watch', ours: true });
  intake.kindGone('v1', 'ConfigMap');
  t.strictSame(queued, ['DataProduct/sales/orders', 'DataProduct/sales/orders']);
});

t.test('what was written is remembered until it is seen', async t => {
  const { intake, written } = openIntake();
  await written.writeChild(
    REF,
    async () => CHILD,
    () => ({ desired: 'd', owner: 'u1' }),
  );
  intake.childChanged({
    type: 'applied',
    object: { ...CHILD, metadata: { ...CHILD.metadata, resourceVersion: '19' } },
    origin: 'watch',
    ours: true,
  });
  t.ok(written.child(REF));
  intake.childChanged({ type: 'applied', object: CHILD, origin: 'watch', ours: true });
  t.equal(written.child(REF), undefined);
});

t.test('who copies from a Secret hears of each change once, of our own writes too', async t => {
  const { intake, queued, written, copyReaders } = openIntake();
  const secret = { ...CHILD, kind: 'Secret' };
  const reader = { kind: 'DataProduct', namespace: 'logistics', name: 'shipments' };
  const see = () => {
    queued.length = 0;
    intake.childChanged({ type: 'applied', object: secret, origin: 'watch', ours: true });
    return queued.filter(key => key.includes('shipments'));
  };
  const ref = { ...REF, kind: 'Secret' };
  copyReaders.note(ref, reader);
  copyReaders.note(ref, reader);
  copyReaders.note({ ...ref, name: 'y' }, { ...reader, name: 'inventory' });
  await written.writeChild(
    ref,
    async () => secret,
    () => ({ desired: 'd', owner: 'u1' }),
  );
  t.strictSame(see(), ['DataProduct/logistics/shipments']);
  t.strictSame(see(), [], 'it has not looked since');
});
