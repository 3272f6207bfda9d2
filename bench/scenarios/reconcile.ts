// Reconciling many products from empty, beside the API server's own write rate; then at rest; then drift.

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cluster, connect } from '../../cluster/connect.ts';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { quantile } from '../measure.ts';
import { openEtcd } from '../plane/etcd.ts';
import { startPlane } from '../plane/mesh-plane.ts';
import { type BareWrites, writeBare } from '../reconcile/bare-writes.ts';
import { measureDrift } from '../reconcile/drift.ts';
import {
  type Built,
  observeSteady,
  PRODUCTS,
  proveBuilt,
  type Steady,
  untilBuilt,
} from '../reconcile/from-empty.ts';
import { reconciledMesh } from '../reconcile/mesh.ts';
import { wishesOf } from '../reconcile/wishes.ts';
import type { Scenario } from '../scenario.ts';
import { startReconciler } from '../servers/reconciler.ts';
import type { Stand } from '../stand.ts';

const SIZES: readonly number[] = [1000, 10_000];
const LIMIT_MS = 3_000_000;
const STEADY_SECONDS = 20;
const SETTLE_SECONDS = 3;
/** The namespace of the first hundred products, whose writes are sent again, into another one. */
const SAMPLE = 'bench-000';
const SAMPLES = 100;
const BARE = 'bare';
const DRIFTS = 20;
/** Writes that the reconciler has under way at most, and so the bare loop. */
const LANES = 16;

interface Outcome {
  readonly products: number;
  readonly built: Built;
  readonly bare: BareWrites;
  readonly steady: Steady;
  readonly restarted: Steady;
  readonly drifts: readonly number[];
}

export const reconcile: Scenario = {
  name: 'reconcile',
  title: `reconcile: ${SIZES.map(size => size.toLocaleString('en-US')).join(' and ')} products from empty, at rest, drift`,
  async run(stand) {
    const outcomes: Outcome[] = [];
    for (const size of SIZES) outcomes.push(await measureReconcile(stand, size));
    const [last] = outcomes.slice(-1);
    if (last === undefined) throw new Error('nothing was measured');
    return {
      figures: {
        reconcile: {
          productsPerSecond: last.products / last.built.seconds,
          ratioToBareWrites: Math.min(...outcomes.map(ratioOf)),
          rssMiB: last.built.rssMiB,
          steadyStateWrites: Math.max(
            ...outcomes.map(({ steady, restarted }) => steady.writes + restarted.writes),
          ),
          driftRepairMs: Math.max(...outcomes.map(({ drifts }) => quantile(drifts, 0.5))),
        },
      },
      tables: [
        {
          title: 'Reconcile from empty',
          columns: [
            'products',
            's',
            'products/s',
            'writes',
            'per product',
            'writes/s',
            'bare writes/s',
            'ratio',
            'CPU s',
            'resident MiB',
            'most ever MiB',
          ],
          rows: outcomes.map(builtRow),
          notes: [
            'bare: the same children, statuses and events sent by a loop that does nothing else, same API server',
          ],
        },
        {
          title: 'At rest, and after a restart',
          columns: [
            'products',
            'writes at rest',
            'CPU, share of a core',
            'writes after a restart',
            'drift p50 ms',
            'most ms',
          ],
          rows: outcomes.map(({ products, steady, restarted, drifts }) => [
            products,
            steady.writes,
            steady.cpuShare,
            restarted.writes,
            quantile(drifts, 0.5),
            quantile(drifts, 1),
          ]),
        },
      ],
    };
  },
};

export async function measureReconcile(stand: Stand, products: number): Promise<Outcome> {
  const plane = await startPlane();
  const cluster = connect({ kubeconfig: plane.kubeconfig });
  const dir = await mkdtemp(join(stand.dir, 'reconcile-'));
  let running: { stop(): Promise<void> } | undefined;
  try {
    const etcd = openEtcd(plane.etcdUrl);
    const mesh = await Array.fromAsync(reconciledMesh(products));
    stand.say(`${await etcd.write(mesh)} objects written to etcd`);
    await etcd.close();
    // Where the Mesh's shared objects go; the manifests bring it.
    await createNamespace(cluster, 'dappmesh-system');
    const startedAt = performance.now();
    const reconciler = await startReconciler(dir, plane.kubeconfig);
    running = reconciler;
    const built = await untilBuilt(reconciler, startedAt, LIMIT_MS, line => stand.say(line));
    await proveBuilt(cluster);
    const steady = await observeSteady(reconciler, STEADY_SECONDS);
    const drifts = await measureDrift(cluster, await plainChildren(cluster));
    // A status and an event of the last repair may still be on their way.
    await observeSteady(reconciler, SETTLE_SECONDS);
    await reconciler.stop();
    const again = await startReconciler(dir, plane.kubeconfig);
    running = again;
    const restarted = await observeSteady(again, STEADY_SECONDS);
    await again.stop();
    running = undefined;
    const bare = await measureBare(stand, cluster, mesh);
    return { products, built, bare, steady, restarted, drifts };
  } finally {
    await running?.stop();
    await cluster.close();
    await plane.stop();
  }
}

/** The ceiling, in a namespace that nobody watches for. */
async function measureBare(stand: Stand, cluster: Cluster, mesh: readonly MeshObject[]): Promise<BareWrites> {
  await createNamespace(cluster, BARE);
  const children = await wishesOf(await stand.bundle(), mesh, SAMPLES, BARE);
  const products = await cluster.list({ resource: PRODUCTS.resource, namespace: SAMPLE });
  return writeBare(cluster, children, products, LANES);
}

async function createNamespace(cluster: Cluster, name: string): Promise<void> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Some children that nothing else reacts to when they go. */
async function plainChildren(cluster: Cluster): Promise<KubernetesObject[]> {
  const resource = await cluster.discover('v1', 'ConfigMap');
  const labelSelector = 'app.kubernetes.io/managed-by=dappmesh';
  const found = await cluster.list({ resource, namespace: SAMPLE, labelSelector });
  return found.slice(0, DRIFTS);
}

function ratioOf({ built, bare }: Outcome): number {
  return built.writes / built.seconds / bare.perSecond;
}

function builtRow(outcome: Outcome): number[] {
  const { products, built, bare } = outcome;
  return [
    products,
    built.seconds,
    products / built.seconds,
    built.writes,
    built.writes / products,
    built.writes / built.seconds,
    bare.perSecond,
    ratioOf(outcome),
    built.cpuSeconds,
    built.rssMiB,
    built.peakRssMiB,
  ];
}
