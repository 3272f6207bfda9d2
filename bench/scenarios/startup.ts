// From the start of the process until /readyz says yes: certificate issued, configurations in order, bundle loaded,
// inventory listed from a real API server that holds the example mesh.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ControlPlane } from '../../tools/control-plane.ts';
import { freePorts } from '../../tools/free-ports.ts';
import { median } from '../measure.ts';
import { applyExample, kubectl } from '../plane/mesh-plane.ts';
import type { Scenario } from '../scenario.ts';
import { ROOT, startWebhook } from '../servers/webhook.ts';
import type { Stand } from '../stand.ts';

const STARTS = 5;
const NAMESPACE = 'dappmesh-system';
const CONFIGURATIONS = [
  { file: 'validatingwebhookconfiguration.yaml', path: '/validate' },
  { file: 'mutatingwebhookconfiguration.yaml', path: '/mutate' },
] as const;

export const startup: Scenario = {
  name: 'startup',
  title: 'startup: from process start to ready, example mesh in a real API server',
  async run(stand) {
    const plane = await stand.plane();
    const [port = 0] = await freePorts(1);
    await applyExample(plane);
    await kubectl(plane, ['create', 'namespace', NAMESPACE]);
    const manifest = await configurationsFor(port);
    await kubectl(plane, ['apply', '--server-side', '-f', '-'], manifest);
    const times = [];
    for (let i = 0; i < STARTS; i++) times.push(await startOnce(stand, plane, port));
    // They point to a webhook that is gone, and would refuse every write of the scenarios to come.
    await kubectl(plane, ['delete', '-f', '-'], manifest);
    const [first = 0, ...later] = times;
    return {
      figures: { readyMs: median(later) },
      tables: [
        {
          title: 'Start to ready: a real API server with the example mesh',
          columns: ['start', 'ms'],
          rows: [
            ['first, makes the certificate authority', Math.round(first)],
            [`median of ${later.length} more`, Math.round(median(later))],
          ],
        },
      ],
    };
  },
};

async function startOnce(stand: Stand, plane: ControlPlane, port: number): Promise<number> {
  const server = await startWebhook({
    dir: stand.dir,
    kubeconfig: plane.kubeconfig,
    args: [`--namespace=${NAMESPACE}`, '--tls-name=127.0.0.1'],
    caPem: '',
    port,
  });
  await server.stop();
  return server.readyMs;
}

/** The shipped configurations, called by URL because the webhook runs outside of the cluster. */
async function configurationsFor(port: number): Promise<string> {
  const documents = CONFIGURATIONS.map(async ({ file, path }) => {
    const text = await readFile(join(ROOT, 'gitops/manifest/app', file), 'utf8');
    const configuration = parse(text) as { webhooks: { clientConfig: unknown }[] };
    const clientConfig = { url: `https://127.0.0.1:${port}${path}` };
    const webhooks = configuration.webhooks.map(webhook => ({ ...webhook, clientConfig }));
    return stringify({ ...configuration, webhooks });
  });
  return (await Promise.all(documents)).join('---\n');
}
