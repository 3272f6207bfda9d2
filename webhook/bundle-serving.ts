// From the bundle file to a serving engine, and on to every later bundle: a bad one leaves the old one serving.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { BundleRejectedError, loadBundle } from '../policies/engine/bundle.ts';
import { createEngine, type Engine, type EngineOptions } from '../policies/engine/engine.ts';
import { type BundleFile, followBundleFile, markOf } from './bundle-file.ts';
import type { Config } from './config.ts';
import { countEngineEvent } from './engine-metrics.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface BundleServingDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly reload: NonNullable<EngineOptions['reload']>;
}

export interface BundleServing {
  /** Resolves with the first bundle that is fit to serve. */
  readonly engine: Promise<Engine>;
  stop(): Promise<void>;
}

/** How often the file is looked at where the file system does not tell of changes. */
const POLL_MS = 400;

/** Loads the bundle, waiting for one that is fit to serve, and follows the file. */
export function serveBundle(deps: BundleServingDeps): BundleServing {
  const { config, log, metrics, readiness } = deps;
  const stopping = new AbortController();
  let file: BundleFile | undefined;
  let lastFault = '';
  /** A file that stays as it is has the same fault at every look; it is told once. */
  function noteFault(error: unknown): void {
    metrics.bundleHealthy.set(0);
    const message = error instanceof Error ? error.message : String(error);
    readiness.wait('bundle', message);
    if (message === lastFault) return;
    lastFault = message;
    metrics.bundleSwaps.inc({ outcome: 'refused' });
    log.error({ err: error }, 'bundle refused');
  }
  const engine = startEngine(deps, noteFault, stopping.signal).then(({ started, mark }) => {
    started.on(event => countEngineEvent(metrics, log, event));
    noteServing(started, deps);
    readiness.meet('bundle');
    file = followBundleFile(
      {
        path: config.bundle,
        async take(bytes) {
          await takeBundle(bytes, started, deps);
          lastFault = '';
        },
        onFault: noteFault,
        isFinal: error => error instanceof BundleRejectedError,
        pollMs: POLL_MS,
      },
      mark,
    );
    return started;
  });
  // A stop before there was a bundle rejects it, and nobody need be listening.
  engine.catch(() => undefined);
  return {
    engine,
    async stop() {
      stopping.abort();
      // It may still be starting, and what it starts last has to be stopped too.
      const started = await engine.catch(() => undefined);
      file?.stop();
      await started?.close();
    },
  };
}

/** Tries until the file is there and fit to serve: without a bundle the webhook is not ready, and never allows. */
async function startEngine(
  deps: BundleServingDeps,
  noteFault: (error: unknown) => void,
  signal: AbortSignal,
): Promise<{ started: Engine; mark: string }> {
  for (;;) {
    try {
      const mark = await markOf(deps.config.bundle);
      const bundle = await loadBundle(await readFile(deps.config.bundle));
      const started = await createEngine({
        bundle,
        threads: deps.config.threads,
        evaluationMs: deps.config['evaluation-time'],
        queueLimit: deps.config['queue-limit'],
        reload: deps.reload,
      });
      return { started, mark };
    } catch (error) {
      noteFault(error);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function takeBundle(bytes: Uint8Array, engine: Engine, deps: BundleServingDeps): Promise<void> {
  const bundle = await loadBundle(bytes);
  if (bundle.digest !== engine.bundle.digest) {
    await engine.swap(bundle);
    deps.metrics.bundleSwaps.inc({ outcome: 'taken' });
    deps.log.info({ revision: bundle.revision }, 'bundle taken up');
  }
  noteServing(engine, deps);
}

function noteServing(engine: Engine, { metrics }: BundleServingDeps): void {
  metrics.bundleInfo.reset();
  metrics.bundleInfo.set({ revision: engine.bundle.revision }, 1);
  metrics.bundleHealthy.set(1);
}
