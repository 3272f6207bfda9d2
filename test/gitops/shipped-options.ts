// The command line that a Deployment gives its process.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

const APP = join(import.meta.dirname, '../../gitops/manifest/app');

interface Deployment {
  readonly spec: { template: { spec: { containers: readonly [{ args: readonly string[] }] } } };
}

/** Everything after the entry file; what comes before is for Node. */
export async function shippedOptions(shell: 'webhook' | 'reconciler'): Promise<string[]> {
  const { spec } = parse(await readFile(join(APP, `${shell}-deployment.yaml`), 'utf8')) as Deployment;
  const { args } = spec.template.spec.containers[0];
  return args.slice(args.indexOf(`${shell}/main.ts`) + 1);
}
