// The chapters of the reconciler: what was admitted is built, kept in shape, opened, closed and let go.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chapter, note, run, until } from './narrator.ts';
import type { Player } from './player.ts';
import { leaderOf, type Replica } from './replicas.ts';
import type { Stage } from './stage.ts';
import { synced } from './sync.ts';

const ORDERS_PRODUCT = 'dappmesh.io/product=orders';
const ORDERS_FOLDER = 'domains/sales/orders';
const PROFILE = 'domains/customer/customer-profile/product.yaml';
/** Long enough for a commit, a push, its sync and a look; short enough to wait for. */
const AGREEMENT_SECONDS = 40;
/** The pods that a NetworkPolicy lets in. */
const PEERS = 'jsonpath={.spec.ingress[*].from[*].podSelector.matchLabels}';
const READY_MESSAGE = 'jsonpath={.status.conditions[?(@.type=="Ready")].message}';

/** Tells everything after the pushes. Throws at the first thing that is not as told. */
export async function tellUpkeep(stage: Stage, play: Player, replicas: readonly Replica[]): Promise<void> {
  await buildProducts(replicas, play);
  await lookAround(stage, play);
  await repairDrift(stage, play);
  await openAndClose(stage, play);
  await holdProvider(stage, play);
  await loseLeader(stage, play, replicas);
}

async function buildProducts(replicas: readonly Replica[], { kubectl }: Player): Promise<void> {
  chapter(
    'A mesh that runs',
    'The reconciler builds what was admitted. Its two replicas have the rights of their ServiceAccount and no others.',
  );
  note('Deployments, StatefulSets and Jobs are run by the real kube-controller-manager and kube-scheduler;');
  note('kwok plays the two nodes, so that pods become ready although no container runs');
  const leader = await until('one replica leads', 30, () => leaderOf(replicas));
  note(`${leader.name} leads, the other stands by`);
  const kinds = 'meshes,domains,dataproducts';
  await run(
    kubectl(['wait', '--for=condition=Ready', '--all', '--all-namespaces', '--timeout=180s', kinds], {
      lines: 12,
    }),
  );
  await run(kubectl(['get', 'dataproducts', '--all-namespaces'], { contains: ['True'] }));
  const built =
    'statefulsets,deployments,cronjobs,jobs,services,networkpolicies,secrets,persistentvolumeclaims';
  await run(
    kubectl(['get', built, '-n', 'sales', '-l', ORDERS_PRODUCT, '-o', 'name'], { contains: ['statefulset'] }),
  );
}

async function lookAround(stage: Stage, { dappmesh }: Player): Promise<void> {
  chapter(
    'At a glance',
    'What there is, who uses what, and what is not as it should be: the policy that was added last is broken by most.',
  );
  await run(dappmesh(['status'], { expect: 'refused', contains: ['DM-OWN-099'], lines: 17 }));
  note('what git asks for is what lives: nothing would be created, changed or pruned');
  const plan = ['plan', ORDERS_FOLDER, '--cluster', '--bundle', stage.bundle, '--exit-code'] as const;
  await run(dappmesh(plan, { contains: ['0 to create, 0 to change, 0 to prune'], lines: 8, ending: true }));
}

async function repairDrift({ plane }: Stage, { kubectl }: Player): Promise<void> {
  chapter('Drift', 'What people delete or edit by hand comes back as the spec asks for it.');
  const uid = async () =>
    (await plane.kubectl(['get', 'service', 'orders-marts', '-n', 'sales', '-o', 'jsonpath={.metadata.uid}']))
      .stdout;
  const deleted = await uid();
  await run(kubectl(['delete', 'service', 'orders-marts', '-n', 'sales']));
  await until('the Service is there again', 30, async () => !['', deleted].includes(await uid()));
  await run(kubectl(['get', 'service', 'orders-marts', '-n', 'sales']));

  const policy = ['networkpolicy', 'orders-orders-access', '-n', 'sales'] as const;
  const peers = async () => (await plane.kubectl(['get', ...policy, '-o', PEERS])).stdout;
  const before = await peers();
  const nobody = JSON.stringify([{ op: 'remove', path: '/spec/ingress' }]);
  note('somebody locks everybody out:');
  await run(kubectl(['patch', ...policy, '--type=json', '-p', nobody]));
  await until('the NetworkPolicy is as before', 30, async () => (await peers()) === before);
  await run(kubectl(['get', ...policy, '-o', PEERS], { contains: ['sales-insights'] }));
}

async function openAndClose(stage: Stage, play: Player): Promise<void> {
  const { kubectl, git, edit } = play;
  chapter(
    'Access opens and closes',
    `An approved agreement lets its consumer in. This one ends ${AGREEMENT_SECONDS} seconds after it was written.`,
  );
  const start = new Date(Date.now() - 60_000);
  const end = new Date(Math.ceil(Date.now() / 1000 + AGREEMENT_SECONDS) * 1000);
  await writeAgreement(stage, start, end);
  await edit(`${ORDERS_FOLDER}/kustomization.yaml`, text =>
    text.replace('  - product.yaml', '  - agreements/inventory-orders.yaml\n  - product.yaml'),
  );
  await run(git(['add', '.']));
  await run(git(['commit', '--quiet', '--message=Let the inventory read the orders']));
  await run(git(['push', '--quiet', 'origin', 'main']));
  await synced(stage, play, { name: 'orders', namespace: 'sales' });
  const policy = ['networkpolicy', 'orders-orders-access', '-n', 'sales'] as const;
  const letsIn = async () =>
    (await stage.plane.kubectl(['get', ...policy, '-o', PEERS])).stdout.includes('"inventory"');
  await until('the NetworkPolicy lets the inventory in', 20, letsIn);
  await run(kubectl(['get', ...policy, '-o', PEERS], { contains: ['"inventory"'] }));
  const left = Math.ceil((end.getTime() - Date.now()) / 1000);
  note(`nothing is pushed now; the agreement ends in ${left} s`);
  await until('the NetworkPolicy is closed again', left + 20, async () => !(await letsIn()));
  note(`closed ${((Date.now() - end.getTime()) / 1000).toFixed(1)} s after the end`);
  await run(kubectl(['get', ...policy, '-o', PEERS]));
  await run(
    kubectl(['get', 'accessagreement', 'inventory-orders', '-n', 'sales'], { contains: ['access ended'] }),
  );
}

async function writeAgreement({ work }: Stage, start: Date, end: Date): Promise<void> {
  const folder = join(work, ORDERS_FOLDER, 'agreements');
  const text = await readFile(join(folder, 'shipments-orders.yaml'), 'utf8');
  const time = (date: Date) => `"${date.toISOString().slice(0, 19)}Z"`;
  const changed = text
    .replace('name: shipments-orders', 'name: inventory-orders')
    .replace('product: shipments}', 'product: inventory}')
    .replace(/purpose: .*/, 'purpose: Compare what was promised with what was ordered, once.')
    .replace(/approvedAt: .*/, `approvedAt: ${time(start)}`)
    .replace(/start: .*/, `start: ${time(start)}`)
    .replace(/end: .*/, `end: ${time(end)}`)
    .replace(/reassessBy: .*/, `reassessBy: ${time(end)}`);
  await writeFile(join(folder, 'inventory-orders.yaml'), changed);
}

async function holdProvider(stage: Stage, play: Player): Promise<void> {
  const { kubectl, git, edit } = play;
  chapter(
    'Still in use',
    'A product that others use does not go, and says who holds it. Once they let go, it goes with all it had.',
  );
  const profile = ['dataproduct', 'customer-profile', '-n', 'customer'] as const;
  const sync = { name: 'customer-profile', namespace: 'customer' };
  const suspend = (is: boolean) =>
    kubectl([
      'patch',
      'kustomization',
      sync.name,
      '-n',
      sync.namespace,
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { suspend: is } }),
    ]);
  note('its sync is suspended, or Flux would bring back what is deleted by hand:');
  await run(suspend(true));
  await run(kubectl(['delete', ...profile, '--wait=false']));
  await run(
    kubectl([
      'wait',
      '--for=jsonpath={.status.conditions[?(@.type=="Stalled")].reason}=InUse',
      '--timeout=120s',
      ...profile,
    ]),
  );
  await run(
    kubectl(['get', ...profile, '-o', READY_MESSAGE], { contains: ['customer-insights/customer-segments'] }),
  );
  note('the consumer gives its agreement up:');
  await run(kubectl(['delete', 'accessagreement', 'customer-segments-profiles', '-n', 'customer']));
  await run(
    kubectl(['wait', '--for=delete', '--timeout=120s', 'dataproduct/customer-profile', '-n', 'customer']),
  );
  await run(
    kubectl([
      'wait',
      '--for=delete',
      '--timeout=120s',
      'statefulset/customer-profile-vault',
      '-n',
      'customer',
    ]),
  );
  note('git still has it: with the phone that is asked for by now, the next sync brings it back');
  await edit(PROFILE, text =>
    text.replace('- {type: chat,', '- {type: phone, value: "+49 30 7654321"}\n      - {type: chat,'),
  );
  await run(git(['commit', '--all', '--quiet', '--message=Add a phone to the customer profile']));
  await run(git(['push', '--quiet', 'origin', 'main']));
  await run(suspend(false));
  await synced(stage, play, sync);
  await run(kubectl(['wait', '--for=condition=Ready', '--timeout=120s', ...profile]));
}

async function loseLeader(stage: Stage, { kubectl }: Player, replicas: readonly Replica[]): Promise<void> {
  chapter(
    'A lost leader',
    'The leader is killed. The other replica takes over when the lease has run out, and goes on.',
  );
  const lease = ['lease', 'dappmesh-reconciler', '-n', 'dappmesh-system'] as const;
  const leader = await until('one replica leads', 30, () => leaderOf(replicas));
  await run(kubectl(['get', ...lease]));
  const killed = Date.now();
  await leader.process.stop(0);
  note(`${leader.name} was killed without a chance to say so`);
  const next = await until('the other replica leads', 40, () => leaderOf(replicas));
  note(`${next.name} leads, ${((Date.now() - killed) / 1000).toFixed(1)} s later`);
  await run(kubectl(['get', ...lease]));
  const service = ['service', 'orders-marts', '-n', 'sales'] as const;
  await run(kubectl(['delete', ...service]));
  const isThere = async () => (await stage.plane.kubectl(['get', ...service])).code === 0;
  await until('the Service is there again', 30, isThere);
  await run(kubectl(['get', ...service]));
}
