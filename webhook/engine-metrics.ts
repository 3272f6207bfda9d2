// What the engine tells about itself → counters and log lines.

import type { Logger } from 'pino';
import type { Engine, EngineEvent } from '../policies/engine/engine.ts';
import { ENGINE_FAULTS } from '../policies/engine/verdict/faults.ts';
import { KINDS } from '../schemas/kinds.ts';
import type { Metrics } from './metrics.ts';

/** Counts an event; what needs attention is logged too. */
export function countEngineEvent(metrics: Metrics, log: Logger, event: EngineEvent): void {
  switch (event.type) {
    case 'evaluated':
      return metrics.evaluation.observe({ family: event.family }, event.seconds);
    case 'fault':
      metrics.engineFaults.inc({ code: ENGINE_FAULTS[event.fault].code });
      return log.error({ fault: event.fault, policy: event.policy, detail: event.message }, 'engine fault');
    case 'replaced':
      metrics.workersReplaced.inc({ reason: event.reason });
      return log.warn({ reason: event.reason, err: event.error }, 'evaluation thread replaced');
    case 'swapped':
    case 'swap-failed':
      // Counted where the file is read, which also knows of the files that never got as far as here.
      return;
  }
}

/** Gauges that are read when they are asked for. */
export function refreshEngineGauges(metrics: Metrics, engine: Engine): void {
  metrics.queueDepth.set(engine.depth);
  for (const { kind } of KINDS) metrics.inventoryObjects.set({ kind }, engine.inventory.size(kind));
}
