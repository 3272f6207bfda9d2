// The bundle that serves, as readiness, metrics and the log tell of it.

import type { Logger } from 'pino';
import { type BundleServing, serveBundle } from '../policies/engine/bundle-serving.ts';
import type { EngineOptions } from '../policies/engine/engine.ts';
import type { Config } from './config.ts';
import { countEngineEvent } from './engine-metrics.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface BundleDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly reload: NonNullable<EngineOptions['reload']>;
}

/** Wasm counts memory in pages of 64 KiB. */
const PAGES_PER_MIB = 16;

/** Serves the bundle that the configuration names. */
export function serveConfiguredBundle(deps: BundleDeps): BundleServing {
  const { config, log, metrics, readiness, reload } = deps;
  return serveBundle({
    path: config.bundle,
    ...(config['bundle-digest'] === '' ? {} : { expectedDigest: config['bundle-digest'] }),
    engine: {
      threads: config.threads,
      evaluationMs: config['evaluation-time'],
      queueLimit: config['queue-limit'],
      maximumPages: config['evaluation-memory'] * PAGES_PER_MIB,
      reload,
    },
    onServing(engine, how) {
      if (how === 'started') engine.on(event => countEngineEvent(metrics, log, event));
      if (how === 'swapped') {
        metrics.bundleSwaps.inc({ outcome: 'taken' });
        log.info({ revision: engine.bundle.revision }, 'bundle taken up');
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
