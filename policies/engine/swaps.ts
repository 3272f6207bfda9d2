// The way to another bundle while one serves: one after the other, with every field in the inventory that it reads.

import type { Inventory } from '../inventory/inventory.ts';
import { covers, type Projection, toProjection } from '../inventory/projection.ts';
import type { Listeners } from './engine-events.ts';
import type { Bundle } from './loading/bundle.ts';
import type { EvaluationPool } from './threads/pool.ts';
import type { Rule } from './verdict/policy.ts';

export interface SwapDeps {
  readonly pool: EvaluationPool;
  readonly inventory: Inventory;
  /** Whether blueprints are asked too. */
  readonly builds: boolean;
  readonly reload: ((inventory: Inventory) => Promise<void>) | undefined;
  readonly tell: Listeners['tell'];
}

/** What the inventory keeps for a bundle. */
export function projectionOf(bundle: Bundle, builds: boolean): Projection {
  return builds ? bundle.buildingProjection : bundle.projection;
}

/** Gives the function that swaps: it rejects, and the bundle before goes on, when the new one does not run. */
export function createSwap(deps: SwapDeps): (bundle: Bundle) => Promise<void> {
  let swapping: Promise<void> = Promise.resolve();
  return bundle => {
    const swapped = swapping.then(() => swap(bundle, deps));
    // Whoever asked for it hears of the failure; the next one only waits for the end.
    swapping = swapped.catch(() => {});
    return swapped;
  };
}

async function swap(bundle: Bundle, deps: SwapDeps): Promise<void> {
  try {
    if (!covers(deps.inventory.projection, projectionOf(bundle, deps.builds))) await widen(bundle, deps);
    await deps.pool.swap(bundle);
    deps.tell({ type: 'swapped', revision: bundle.revision });
  } catch (error) {
    deps.tell({ type: 'swap-failed', revision: bundle.revision, error });
    throw error;
  }
}

/** The new policies look at fields that were dropped on arrival: every object is read again, kept fields and all. */
async function widen(bundle: Bundle, { pool, inventory, builds, reload }: SwapDeps): Promise<void> {
  if (reload === undefined) throw new Error('the bundle reads fields that the inventory does not keep');
  const bundles = [pool.bundle, bundle];
  const rules: Rule[] = bundles.flatMap(({ policies, blueprints }) => [
    ...policies,
    ...(builds ? blueprints : []),
  ]);
  const before = inventory.projection;
  inventory.widen(toProjection(rules.flatMap(rule => rule.inventory)));
  try {
    await reload(inventory);
  } catch (error) {
    // Some objects lack the new fields: the next attempt has to read them all again.
    inventory.widen(before);
    throw error;
  }
}
