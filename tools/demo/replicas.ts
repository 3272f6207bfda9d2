// The reconciler as it runs in a cluster, but as plain processes: two replicas, one of which leads.

import { join } from 'node:path';
import { type Child, startChild } from '../children.ts';
import { freePorts } from '../free-ports.ts';
import { until } from './narrator.ts';
import { ROOT, type Stage } from './stage.ts';

export interface Replica {
  readonly name: string;
  readonly process: Child;
  /** Of /healthz, /readyz and /metrics. */
  readonly url: string;
}

/** The account that the shipped manifests give it, and the groups that every account is in. */
const ACCOUNT = 'system:serviceaccount:dappmesh-system:dappmesh-reconciler';
const GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:dappmesh-system'];

/** Starts two, with the rights of their ServiceAccount and no others; resolves when both are ready. */
export async function startReplicas(stage: Stage): Promise<Replica[]> {
  const kubeconfig = await stage.plane.userKubeconfig(ACCOUNT, GROUPS);
  const ports = await freePorts(2);
  const replicas = await Promise.all(
    ports.map((port, index) => startReplica(stage, { kubeconfig, port, name: `reconciler-${index + 1}` })),
  );
  for (const { name, process, url } of replicas) {
    await until(`${name} is ready`, 60, async () => {
      if (process.ended) throw new Error(`${name} ended:\n${process.lastLines()}`);
      return (await ask(`${url}/readyz`)) !== undefined;
    });
  }
  return replicas;
}

async function startReplica(
  stage: Stage,
  { kubeconfig, port, name }: { kubeconfig: string; port: number; name: string },
): Promise<Replica> {
  const args = [
    join(ROOT, 'reconciler/main.ts'),
    `--bundle=${stage.bundle}`,
    `--kubeconfig=${kubeconfig}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${port}`,
  ];
  const process_ = await startChild(name, process.execPath, args, join(stage.dir, `${name}.log`));
  stage.running.push(process_);
  return { name, process: process_, url: `http://127.0.0.1:${port}` };
}

/** The one that leads, by its own metrics; undefined between two leaders. */
export async function leaderOf(replicas: readonly Replica[]): Promise<Replica | undefined> {
  for (const replica of replicas) {
    const metrics = replica.process.ended ? undefined : await ask(`${replica.url}/metrics`);
    if (metrics !== undefined && /^leader_election_master_status\{.*\} 1$/m.test(metrics)) return replica;
  }
  return undefined;
}

async function ask(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : undefined;
  } catch {
    // Starting, or ending: it does not lead.
    return undefined;
  }
}
