// Flux as plain processes: the source-controller and the kustomize-controller, on the loopback and with free ports.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';
import { startChild } from './children.ts';
import { READY_MS } from './components.ts';
import type { ControlPlane } from './control-plane.ts';
import { findCrds } from './crds.ts';
import { freePorts } from './free-ports.ts';
import { type HealthAddress, untilReady } from './until-ready.ts';

export interface Flux {
  /** Ends both controllers; what they applied stays. */
  stop(): Promise<void>;
}

type Controller = 'source-controller' | 'kustomize-controller';

interface Ports {
  readonly metrics: number;
  readonly health: number;
}

/**
 * Installs the definitions of both controllers and the namespace flux-system, and starts the controllers with all
 * rights, as Flux installs itself. Their logs are in the folder of the control plane. Throws with the last lines of
 * one that does not become ready.
 */
export async function startFlux(plane: ControlPlane): Promise<Flux> {
  const [binaries] = await Promise.all([
    findBinaries(['source-controller', 'kustomize-controller']),
    installDefinitions(plane),
  ]);
  const [storage = 0, sourceMetrics = 0, sourceHealth = 0, metrics = 0, health = 0] = await freePorts(5);
  const storagePath = join(plane.dir, 'source-controller');
  await mkdir(storagePath, { recursive: true });
  const start = (name: Controller, ports: Ports, args: string[]) =>
    startChild(
      name,
      binaries[name],
      [
        '--enable-leader-election=false',
        '--events-addr=',
        `--metrics-addr=127.0.0.1:${ports.metrics}`,
        `--health-addr=127.0.0.1:${ports.health}`,
        ...args,
      ],
      join(plane.dir, `${name}.log`),
      { KUBECONFIG: plane.kubeconfig, RUNTIME_NAMESPACE: 'flux-system' },
    );
  const controllers = await Promise.all([
    start('source-controller', { metrics: sourceMetrics, health: sourceHealth }, [
      `--storage-path=${storagePath}`,
      `--storage-addr=127.0.0.1:${storage}`,
      `--storage-adv-addr=127.0.0.1:${storage}`,
    ]),
    // A dependency that is not ready yet is looked at again after a second instead of half a minute.
    start('kustomize-controller', { metrics, health }, ['--requeue-dependency=1s', '--no-remote-bases']),
  ]);
  const stop = async () => void (await Promise.all(controllers.map(child => child.stop())));
  try {
    const [source, kustomize] = controllers;
    await Promise.all([untilReady(source, readyz(sourceHealth)), untilReady(kustomize, readyz(health))]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function readyz(port: number): HealthAddress {
  return { url: `http://127.0.0.1:${port}/readyz`, timeoutMs: READY_MS };
}

async function installDefinitions(plane: ControlPlane): Promise<void> {
  const files = await Promise.all([findCrds('source-controller'), findCrds('kustomize-controller')]);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } };
  await kubectl(plane, ['apply', '--server-side', ...files.flat().flatMap(file => ['-f', file])]);
  await kubectl(plane, ['wait', '--for=condition=Established', `--timeout=${READY_MS}ms`, 'crd', '--all']);
  await kubectl(plane, ['apply', '--server-side', '-f', '-'], JSON.stringify(namespace));
}

async function kubectl(plane: ControlPlane, args: string[], input = ''): Promise<void> {
  const { code, stderr } = await plane.kubectl(args, { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}
