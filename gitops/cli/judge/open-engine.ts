// The policy engine for one run of the command.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Engine } from '../../../policies/engine/engine.ts';
import { CannotJudgeError, messageOf } from '../failure.ts';
import { LoadedInventory } from './load-inventory.ts';

/** Where `make build` puts the bundle, whatever folder the command runs in. */
export const DEFAULT_BUNDLE = resolve(import.meta.dirname, '../../../dist/bundle.tar.gz');

/** Nobody waits at an API server here, and a busy machine is no reason to refuse a push. */
const EVALUATION_MS = 10_000;

/** Opens the engine on a bundle file. Throws CannotJudgeError: without policies there is no verdict. */
export async function openEngine(file: string): Promise<Engine> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw missingBundle(file, error);
  });
  const [{ loadBundle }, { createEngine }] = await Promise.all([
    import('../../../policies/engine/bundle.ts'),
    import('../../../policies/engine/engine.ts'),
  ]);
  try {
    return await createEngine({ bundle: await loadBundle(bytes), evaluationMs: EVALUATION_MS });
  } catch (error) {
    throw new CannotJudgeError(`the policy bundle cannot be used: ${messageOf(error)}`, 'run: make build', {
      cause: error,
    });
  }
}

/** The engine with the one view of its inventory that a run may have. */
export function toJudging(engine: Engine): { engine: Engine; inventory: LoadedInventory } {
  return { engine, inventory: new LoadedInventory(engine.inventory) };
}

/** Says how the bundle that is not there is made. */
export function missingBundle(file: string, cause: unknown): CannotJudgeError {
  const isDefault = file === DEFAULT_BUNDLE;
  const build = isDefault ? 'make build' : `node policies/bundle/main.ts --output ${shellWord(file)}`;
  const shown = isDefault ? 'dist/bundle.tar.gz' : file;
  return new CannotJudgeError(`there is no policy bundle at ${shown}`, `run: ${build}`, { cause });
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
