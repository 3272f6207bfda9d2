// All watches: the kinds of DappMesh, the kinds that blueprints make, and the definitions that tell when one comes.

import type { Cluster } from '../cluster/connect.ts';
import { type ResourceWatch, type WatchOptions, watchResource } from '../cluster/watch.ts';
import type { WatchEvent, WatchLog } from '../cluster/watch-events.ts';
import { GROUP, KINDS, VERSION } from '../schemas/kinds.ts';
import { type ChildWatches, createChildWatches } from './child-watches.ts';
import type { Intake } from './intake.ts';

export interface WatchesDeps {
  readonly cluster: Pick<Cluster, 'request' | 'stream' | 'discover' | 'forget'>;
  readonly intake: Intake;
  readonly log: WatchLog;
  /** For metrics; `resource` is the plural. */
  readonly onWatchEvent: (resource: string, event: WatchEvent) => void;
  readonly fieldManager: string;
  /** The kinds of children to begin with. */
  readonly types: readonly string[];
  /** A kind came up while running: what waits for it can go on. */
  readonly onServed: (type: string) => void;
  /** The kinds that have not been listed yet, each with what stands in the way; in the end, none. */
  readonly onProgress: (missing: readonly string[]) => void;
  readonly timing?: WatchOptions['timing'];
}

export interface Watches extends Pick<ChildWatches, 'follow' | 'served'> {
  readonly stop: () => Promise<void>;
}

const DEFINITIONS = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };

/** Starts them all. */
export function startWatches(deps: WatchesDeps): Watches {
  const missing = new Map<string, string>(KINDS.map(({ kind }) => [kind, kind]));
  let unknown: readonly string[] = [];
  const report = () => deps.onProgress([...missing.values(), ...unknown]);
  const timing = deps.timing === undefined ? {} : { timing: deps.timing };
  const children = createChildWatches({
    ...deps,
    ...timing,
    onChange: deps.intake.childChanged,
    onGone: deps.intake.kindGone,
    onProgress(kinds) {
      unknown = kinds;
      report();
    },
  });
  const watches = KINDS.map(({ kind, plural }) =>
    watchResource(deps.cluster, {
      resource: { group: GROUP, version: VERSION, plural },
      log: deps.log,
      ...timing,
      onChange: deps.intake.meshChanged,
      onSynced() {
        missing.delete(kind);
        report();
      },
      onEvent(event) {
        deps.onWatchEvent(plural, event);
        if (event.kind !== 'failed' || !missing.has(kind)) return;
        missing.set(
          kind,
          `${kind} (${event.error instanceof Error ? event.error.message : String(event.error)})`,
        );
        report();
      },
    }),
  );
  watches.push(watchDefinitions(deps, children));
  children.follow(deps.types);
  return {
    follow: children.follow,
    served: children.served,
    async stop() {
      await Promise.all([...watches, children].map(each => each.stop()));
    },
  };
}

/** Names are enough, and definitions are large. Without the right to read them, kinds are looked for now and then. */
function watchDefinitions(
  { cluster, log, timing, onWatchEvent }: WatchesDeps,
  children: ChildWatches,
): ResourceWatch {
  return watchResource(cluster, {
    resource: DEFINITIONS,
    metadataOnly: true,
    log,
    ...(timing === undefined ? {} : { timing }),
    onEvent: event => onWatchEvent(DEFINITIONS.plural, event),
    onChange: ({ type, object }) => children.definitionChanged(object.metadata.name, type === 'deleted'),
  });
}
