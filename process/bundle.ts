// The bundle that a process serves, as its readiness, metrics and log tell of it.

import type { Logger } from 'pino';
import {
  type BundleServing,
  type BundleServingDeps,
  serveBundle,
} from '../policies/engine/bundle-serving.ts';
import type { Engine, EngineEvent } from '../policies/engine/engine.ts';
import { ENGINE_FAULTS } from '../policies/engine/verdict/faults.ts';
import type { CommonMetrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface BundleDeps {
  readonly serving: Omit<BundleServingDeps, 'onServing' | 'onFault'>;
  readonly log: Logger;
  readonly metrics: CommonMetrics;
  readonly readiness: Pick<Readiness<'bundle'>, 'wait' | 'meet'>;
  readonly onEvaluated?: (event: EngineEvent & { readonly type: 'evaluated' }) => void;
  /** Another bundle serves now: what was judged and built by the one before is out of date. */
  readonly onSwapped?: (engine: Engine) => void;
}

/** Serves the bundle and follows its file. */
export function serveBundleAndTell(deps: BundleDeps): BundleServing {
  const { log, metrics, readiness } = deps;
  return serveBundle({
    ...deps.serving,
    onServing(engine, how) {
      if (how === 'started') engine.on(event => noteEvent(event, deps));
      if (how === 'swapped') {
        metrics.bundleSwaps.inc({ outcome: 'taken' });
        log.info({ revision: engine.bundle.revision }, 'bundle taken up');
        deps.onSwapped?.(engine);
      }
      metrics.bundleInfo.reset();
      metrics.bundleInfo.set({ revision: engine.bundle.revision }, 1);
      metrics.bundleHealthy.set(1);
      readiness.meet('bundle');
    },
    onFault(error, isNew) {
      metrics.bundleHealthy.set(0);
      readiness.wait('bundle', error instanceof Error ? error.message : String(error));
      if (!isNew) return;
      metrics.bundleSwaps.inc({ outcome: 'refused' });
      log.error({ err: error }, 'bundle refused');
    },
  });
}

/** Counts an event of the engine; what needs attention is logged too. */
export function noteEvent(
  event: EngineEvent,
  { metrics, log, onEvaluated }: Pick<BundleDeps, 'metrics' | 'log' | 'onEvaluated'>,
): void {
  switch (event.type) {
    case 'evaluated':
      return onEvaluated?.(event);
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
