// The bundle that builds and judges: how it is served, and what it says of kinds.

import type { BundleServing } from '../policies/engine/bundle-serving.ts';
import type { EngineOptions } from '../policies/engine/engine.ts';
import type { Bundle } from '../policies/engine/loading/bundle.ts';
import { type BundleDeps, serveBundleAndTell } from '../process/bundle.ts';
import type { Config } from './config.ts';
import { kindsReportedAs, REPORT_TYPES } from './report.ts';

export interface ConfiguredBundleDeps extends Omit<BundleDeps, 'serving'> {
  readonly config: Config;
  /** Every object anew, for a bundle that reads fields which the inventory does not keep. */
  readonly reload: NonNullable<EngineOptions['reload']>;
}

/** Serves the bundle that the configuration names. */
export function serveConfiguredBundle(deps: ConfiguredBundleDeps): BundleServing {
  const { config, reload } = deps;
  return serveBundleAndTell({
    ...deps,
    serving: {
      path: config.bundle,
      engine: { builds: true, threads: config.threads, evaluationMs: config['evaluation-time'], reload },
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
