// A real API server with our kinds, and the webhook in front of it as in a cluster, but called by URL.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { parse, stringify } from 'yaml';
import { type ControlPlane, startControlPlane } from '../../tools/control-plane.ts';
import type { CommandResult } from '../../tools/run-command.ts';
import type { WebhookConfiguration } from '../../webhook/configurations/webhook-configuration.ts';
import { shippedBundle } from '../shipped-bundle.ts';
import { startWebhookProcess, type WebhookProcess } from './webhook-process.ts';

export { until } from '../until.ts';

const APP = 'gitops/manifest/app';
const RBAC = [
  'namespace',
  'webhook-clusterrole',
  'webhook-clusterrolebinding',
  'webhook-role',
  'webhook-rolebinding',
];
/** The longest that the API server waits for a webhook; it is no verdict of ours when a machine is busy. */
const PATIENT_SECONDS = 30;
const SERVICE_ACCOUNT = 'system:serviceaccount:dappmesh-system:dappmesh-webhook';

export interface ClusterScene {
  readonly plane: ControlPlane;
  /** Kubeconfig of the webhook's service account, with the rights that are shipped and no others. */
  readonly webhookKubeconfig: string;
  readonly bundle: string;
  /** Starts a webhook that the test ends; arguments come after those that every test needs. */
  webhook(t: Test, args?: readonly string[], options?: { port?: number }): Promise<WebhookProcess>;
  /** Both configurations as shipped, but with a URL and more patience; written to a file and applied. */
  install(port: number): Promise<string>;
  uninstall(): Promise<void>;
  /** Applies a manifest as admin; more kubectl arguments may follow. */
  apply(manifest: object | string, ...args: string[]): Promise<CommandResult>;
}

/** Boots everything that does not change between tests. */
export async function openScene(t: Test): Promise<ClusterScene> {
  const dir = t.testdir({});
  const bundle = join(dir, 'bundle.tar.gz');
  const [plane] = await Promise.all([startControlPlane(), shippedBundle(bundle)]);
  t.teardown(() => plane.stop());
  const files = RBAC.flatMap(name => ['-f', `${APP}/${name}.yaml`]);
  await succeed(plane.kubectl(['apply', '-f', 'gitops/manifest/crds', ...files]));
  const webhookKubeconfig = await plane.userKubeconfig(SERVICE_ACCOUNT, [
    'system:serviceaccounts',
    'system:serviceaccounts:dappmesh-system',
    'system:authenticated',
  ]);
  const manifest = join(dir, 'configurations.yaml');
  return {
    plane,
    webhookKubeconfig,
    bundle,
    async webhook(test, args = [], options = {}) {
      const patience = `${PATIENT_SECONDS}s`;
      const common = [
        '--tls-name=127.0.0.1',
        '--poll=200ms',
        '--evaluation-time',
        patience,
        '--budget',
        patience,
      ];
      const unless = (option: string, value: string): string[] =>
        args.some(arg => arg.split('=', 1)[0] === option) ? [] : [option, value];
      const defaults = [
        ...unless('--kubeconfig', webhookKubeconfig),
        ...unless('--bundle', bundle),
        ...unless('--drain-delay', '0'),
      ];
      const webhook = await startWebhookProcess({ args: [...common, ...defaults, ...args], ...options });
      test.teardown(() => webhook.stop());
      return webhook;
    },
    async install(port) {
      const texts = await Promise.all(
        ['validating', 'mutating'].map(kind => readFile(`${APP}/${kind}webhookconfiguration.yaml`, 'utf8')),
      );
      await writeFile(manifest, texts.map(text => stringify(toPatientUrl(parse(text), port))).join('---\n'));
      await succeed(plane.kubectl(['apply', '-f', manifest]));
      return manifest;
    },
    async uninstall() {
      const kinds = 'validatingwebhookconfigurations,mutatingwebhookconfigurations';
      await succeed(plane.kubectl(['delete', kinds, 'dappmesh', '--ignore-not-found']));
    },
    apply: (what, ...args) =>
      plane.kubectl(['apply', '-f', '-', ...args], {
        input: typeof what === 'string' ? what : JSON.stringify(what),
      }),
  };
}

function toPatientUrl(configuration: WebhookConfiguration, port: number): WebhookConfiguration {
  const webhooks = (configuration.webhooks ?? []).map(entry => ({
    ...entry,
    clientConfig: { url: `https://127.0.0.1:${port}/${entry.name.split('.', 1)[0]}` },
    timeoutSeconds: PATIENT_SECONDS,
  }));
  return { ...configuration, webhooks };
}

/** The result of a command that has to succeed. */
export async function succeed(command: Promise<CommandResult>): Promise<CommandResult> {
  const result = await command;
  if (result.code !== 0) throw new Error(result.stderr);
  return result;
}
