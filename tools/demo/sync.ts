// Flux between the repository and the cluster: its controllers, what they are told to sync, and how far they are.

import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { startFlux } from '../flux.ts';
import { fluxObjects } from '../flux-objects.ts';
import { startGitServer } from '../git-server.ts';
import { runCommand } from '../run-command.ts';
import { run } from './narrator.ts';
import type { Player } from './player.ts';
import type { Stage } from './stage.ts';

/** Name and namespace of a Kustomization. */
export interface ProductSync {
  readonly name: string;
  readonly namespace: string;
}

/** Starts Flux and a git server for it, and gives the file with what Flux is to be told: what is shipped. */
export async function startSync(stage: Stage): Promise<string> {
  const [server, flux] = await Promise.all([
    startGitServer(dirname(stage.repository)),
    startFlux(stage.plane),
  ]);
  stage.running.push(server, flux);
  const objects = await fluxObjects(`${server.url}/${basename(stage.repository)}`);
  const file = join(stage.dir, 'sync.yaml');
  await writeFile(file, objects.map(object => stringify(object)).join('---\n'));
  return file;
}

/** Waits until Flux has applied what is on the branch: all of it, or one product's folder. */
export async function synced(stage: Stage, { kubectl }: Player, product?: ProductSync): Promise<void> {
  const { stdout } = await runCommand('git', ['--git-dir', stage.repository, 'rev-parse', 'main']);
  const which =
    product === undefined
      ? ['kustomizations', '--all', '--all-namespaces']
      : ['kustomization', product.name, '-n', product.namespace];
  const applied = `--for=jsonpath={.status.lastAppliedRevision}=main@sha1:${stdout.trim()}`;
  await run(kubectl(['wait', ...which, applied, '--timeout=120s'], { lines: 9 }));
}
