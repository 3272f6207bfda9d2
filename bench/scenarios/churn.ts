// Open loop at 100 requests/s while 50 objects a second change in the API server: the latency of verdicts, and how
// long a change takes to show in them.

import { connect } from '../../cluster/connect.ts';
import { startChanges } from '../churn/changes.ts';
import { startProbe } from '../churn/probe.ts';
import { quantile } from '../measure.ts';
import { readExample } from '../mesh/example.ts';
import { createTraffic } from '../mesh/traffic.ts';
import { openEtcd } from '../plane/etcd.ts';
import type { Scenario } from '../scenario.ts';
import { prove } from '../servers/prove.ts';
import type { Stand } from '../stand.ts';

const REQUESTS_PER_SECOND = 100;
const CHANGES_PER_SECOND = 50;
const WARM_MS = 2000;
/** A 99th percentile of 100 requests a second needs more than a few seconds of them. */
const LEAST_SECONDS = 20;

export const churn: Scenario = {
  name: 'churn',
  title: 'churn: 100 requests/s and 50 inventory changes/s',
  async run(stand) {
    const { latencies, lags, changes } = await measure(stand);
    const churnP99Ms = quantile(latencies, 0.99);
    const lagP99Ms = quantile(lags, 0.99);
    return {
      figures: { admission: { churnP99Ms }, inventory: { lagP99Ms } },
      tables: [
        {
          title: `Churn: ${REQUESTS_PER_SECOND} requests/s on schedule, ${changes} changes`,
          columns: ['what', 'count', 'p50 ms', 'p99 ms', 'most ms'],
          rows: [
            row('verdict, from when its request was due', latencies),
            row('change, from the API server’s answer to the first verdict that shows it', lags),
          ],
          notes: [
            'the webhook watches a real API server; four changes of five are products written to its etcd, every fifth',
            'is an agreement patched through it. Both share the cores with the webhook: part of the tail is theirs.',
          ],
        },
      ],
    };
  },
};

async function measure(stand: Stand): Promise<{ latencies: Float32Array; lags: number[]; changes: number }> {
  const mesh = await stand.mesh();
  const server = await stand.webhook();
  const shots = await prove(server, createTraffic(mesh));
  const generator = await stand.generator();
  const { kubeconfig, etcdUrl } = await stand.filledPlane();
  const cluster = connect({ kubeconfig });
  const etcd = openEtcd(etcdUrl);
  const probe = await startProbe(server, mesh, cluster);
  const changes = startChanges({ etcd, example: await readExample(), probe }, CHANGES_PER_SECOND);
  try {
    const { latencies } = await generator.run({
      kind: 'open',
      target: server.target,
      shots,
      connections: 8,
      perSecond: REQUESTS_PER_SECOND,
      warmMs: WARM_MS,
      measureMs: Math.max(LEAST_SECONDS, stand.seconds) * 1000,
    });
    const count = await changes.stop();
    return { latencies, lags: await probe.stop(), changes: count };
  } finally {
    await changes.stop();
    await probe.stop();
    await cluster.close();
    await etcd.close();
  }
}

function row(what: string, values: ArrayLike<number>): (string | number)[] {
  const all = Array.from(values);
  return [what, all.length, quantile(all, 0.5), quantile(all, 0.99), quantile(all, 1)];
}
