// Gauges of the engine that are read when they are asked for.

import type { Engine } from '../policies/engine/engine.ts';
import { KINDS } from '../schemas/kinds.ts';
import type { Metrics } from './metrics.ts';

export function refreshEngineGauges(metrics: Metrics, engine: Engine): void {
  metrics.queueDepth.set(engine.depth);
  for (const { kind } of KINDS) metrics.inventoryObjects.set({ kind }, engine.inventory.size(kind));
}
