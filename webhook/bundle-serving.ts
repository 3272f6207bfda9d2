// The bundle by whose policies reviews are judged, as the command line has it.

import type { BundleServing } from '../policies/engine/bundle-serving.ts';
import type { EngineOptions } from '../policies/engine/engine.ts';
import { type BundleDeps, serveBundleAndTell } from '../process/bundle.ts';
import type { Config } from './config.ts';
import type { Metrics } from './metrics.ts';

export interface ConfiguredBundleDeps extends Pick<BundleDeps, 'log' | 'readiness'> {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly reload: NonNullable<EngineOptions['reload']>;
}

/** Wasm counts memory in pages of 64 KiB. */
const PAGES_PER_MIB = 16;

/** Serves the bundle that the configuration names. */
export function serveConfiguredBundle(deps: ConfiguredBundleDeps): BundleServing {
  const { config, metrics, reload } = deps;
  return serveBundleAndTell({
    ...deps,
    serving: {
      path: config.bundle,
      ...(config['bundle-digest'] === '' ? {} : { expectedDigest: config['bundle-digest'] }),
      engine: {
        threads: config.threads,
        evaluationMs: config['evaluation-time'],
        queueLimit: config['queue-limit'],
        maximumPages: config['evaluation-memory'] * PAGES_PER_MIB,
        reload,
      },
    },
    onEvaluated: ({ family, seconds }) => metrics.evaluation.observe({ family }, seconds),
  });
}
