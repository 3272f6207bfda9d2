// How a process is started in a cluster: Node's own options and the environment, read from its Deployment.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const FOLDER = join(import.meta.dirname, '../../gitops/manifest/app');

export interface LaunchSettings {
  /** What stands before the entry file. */
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface Deployment {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}

interface Container {
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

/** Of the first container in `<name>-deployment.yaml`. */
export function launchSettings(name: 'webhook' | 'reconciler'): LaunchSettings {
  const text = readFileSync(join(FOLDER, `${name}-deployment.yaml`), 'utf8');
  const [container] = (parse(text) as Deployment).spec.template.spec.containers;
  if (container === undefined) throw new Error(`the Deployment of the ${name} has no container`);
  const values = (container.env ?? []).flatMap(({ name: key, value }) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return {
    nodeArguments: container.args.slice(0, container.args.indexOf(`${name}/main.ts`)),
    environment: Object.fromEntries(values),
  };
}
