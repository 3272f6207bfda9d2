// The policy engine for one run of the command.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Engine } from '../../../policies/engine/engine.ts';
import type { Bundle } from '../../../policies/engine/loading/bundle.ts';
import { CannotJudgeError, messageOf } from '../failure.ts';
import { LoadedInventory } from './load-inventory.ts';

/** Where `make build` puts the bundle, whatever folder the command runs in. */
export const DEFAULT_BUNDLE = resolve(import.meta.dirname, '../../../dist/bundle.tar.gz');

/** Nobody waits at an API server here, and a busy machine is no reason to refuse a push. */
const EVALUATION_MS = 10_000;

/**
 * Opens the engine on a bundle file; one that `builds` answers for blueprints too. Throws CannotJudgeError: without
 * policies there is no verdict.
 */
export async function openEngine(file: string, { builds = false } = {}): Promise<Engine> {
  const [bundle, { createEngine }] = await Promise.all([
    openBundle(file),
    import('../../../policies/engine/engine.ts'),
  ]);
  // A second thread takes longer to start than it saves in a thousand manifests.
  return createEngine({ bundle, threads: 1, evaluationMs: EVALUATION_MS, builds }).catch(refuseBundle);
}

/** Reads a bundle file. Throws CannotJudgeError. */
export async function openBundle(file: string): Promise<Bundle> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw missingBundle(file, error);
  });
  const { loadBundle } = await import('../../../policies/engine/loading/bundle.ts');
  return loadBundle(bytes).catch(refuseBundle);
}

function refuseBundle(cause: unknown): never {
  const problem = `the policy bundle cannot be used: ${messageOf(cause)}`;
  throw new CannotJudgeError(problem, 'run: make build', { cause });
}

/** The engine with the one view of its inventory that a run may have. */
export function toJudging(engine: Engine): { engine: Engine; inventory: LoadedInventory } {
  return { engine, inventory: new LoadedInventory(engine.inventory) };
}

/** Says how the bundle that is not there is made. */
function missingBundle(file: string, cause: unknown): CannotJudgeError {
  const isDefault = file === DEFAULT_BUNDLE;
  const build = isDefault ? 'make build' : `node policies/bundle/main.ts --output ${shellWord(file)}`;
  const shown = isDefault ? 'dist/bundle.tar.gz' : file;
  return new CannotJudgeError(`there is no policy bundle at ${shown}`, `run: ${build}`, { cause });
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
