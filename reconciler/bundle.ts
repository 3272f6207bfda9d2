// The bundle that builds and judges, as readiness, metrics and the log tell of it.

import type { Logger } from 'pino';
import { type BundleServing, serveBundle } from '../policies/engine/bundle-serving.ts';
import type { Engine, EngineEvent, EngineOptions } from '../policies/engine/engine.ts';
import type { Bundle } from '../policies/engine/loading/bundle.ts';
import { ENGINE_FAULTS } from '../policies/engine/verdict/faults.ts';
import type { Config } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './process-readiness.ts';
import { kindsReportedAs, REPORT_TYPES } from './report.ts';

export interface BundleDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Every object anew, for a bundle that reads fields which the inventory does not keep. */
  readonly reload: NonNullable<EngineOptions['reload']>;
  /** Another bundle serves now: what was judged and built by the one before is out of date. */
  readonly onSwapped: (engine: Engine) => void;
}

/** Serves the bundle that the configuration names. */
export function serveConfiguredBundle(deps: BundleDeps): BundleServing {
  const { config, log, metrics, readiness, reload } = deps;
  return serveBundle({
    path: config.bundle,
    engine: { builds: true, threads: config.threads, evaluationMs: config['evaluation-time'], reload },
    onServing(engine, how) {
      if (how === 'started') engine.on(event => noteEvent(event, deps));
      if (how === 'swapped') {
        metrics.bundleSwaps.inc({ outcome: 'taken' });
        log.info({ revision: engine.bundle.revision }, 'bundle taken up');
        deps.onSwapped(engine);
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

/** Every kind of object that is made, as `apps/v1/StatefulSet`: what some blueprint asks for, and reports. */
export function typesMadeBy({ blueprints }: Pick<Bundle, 'blueprints'>): string[] {
  const makes = blueprints.flatMap(blueprint => blueprint.makes);
  return [...new Set([...makes, ...REPORT_TYPES])].toSorted();
}

/** The kinds of DappMesh for which this type is made. */
export function kindsThatMake({ blueprints }: Pick<Bundle, 'blueprints'>, type: string): string[] {
  const makers = blueprints.filter(({ makes }) => makes.includes(type));
  return [...new Set([...makers.flatMap(({ kinds }) => kinds), ...kindsReportedAs(type)])];
}

/** Whether some rule looks at the status of other objects of this kind: only then does it matter when it changes. */
export function statusIsRead(
  { blueprints, policies }: Pick<Bundle, 'blueprints' | 'policies'>,
  kind: string,
) {
  const path = `${kind}.status`;
  return [...blueprints, ...policies].some(({ inventory }) =>
    inventory.some(read => read === kind || read === path || read.startsWith(`${path}.`)),
  );
}

function noteEvent(event: EngineEvent, { metrics, log }: BundleDeps): void {
  switch (event.type) {
    case 'fault':
      metrics.engineFaults.inc({ code: ENGINE_FAULTS[event.fault].code });
      return log.error({ fault: event.fault, policy: event.policy, detail: event.message }, 'engine fault');
    case 'replaced':
      metrics.workersReplaced.inc({ reason: event.reason });
      return log.warn({ reason: event.reason, err: event.error }, 'evaluation thread replaced');
    case 'evaluated':
    case 'swapped':
    case 'swap-failed':
      // Counted where the file is read, which also knows of the files that never got as far as here.
      return;
  }
}
