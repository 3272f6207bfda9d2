// A real engine on the real bundle that builds, with objects as its inventory.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { createEngine, type Engine } from '../../../policies/engine/engine.ts';
import { type Bundle, loadBundle } from '../../../policies/engine/loading/bundle.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { shippedBundle } from '../../shipped-bundle.ts';

/** Builds the bundle of the repository into `folder` and loads it. */
export async function freshBundle(folder: string): Promise<Bundle> {
  const path = await shippedBundle(join(folder, 'bundle.tar.gz'));
  return loadBundle(await readFile(path));
}

/** Starts an engine that knows `objects`, made known in this order; the test ends it. */
export async function startBuilding(
  test: Test,
  bundle: Bundle,
  objects: readonly MeshObject[],
): Promise<Engine> {
  const engine = await createEngine({
    bundle,
    builds: true,
    threads: 1,
    evaluationMs: 120_000,
    startMs: 120_000,
  });
  test.teardown(() => engine.close());
  for (const object of objects) engine.inventory.apply(object);
  return engine;
}
