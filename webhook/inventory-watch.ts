// Keeps the engine's inventory as the API server has it: one watch per kind.

import type { Cluster } from '../cluster/connect.ts';
import { type ResourceWatch, type WatchOptions, watchResource } from '../cluster/watch.ts';
import type { WatchEvent, WatchLog } from '../cluster/watch-events.ts';
import { compactHeap } from '../policies/inventory/compact-heap.ts';
import type { Inventory } from '../policies/inventory/inventory.ts';
import { GROUP, KINDS, type KindInfo, VERSION } from '../schemas/kinds.ts';

export interface InventoryWatchDeps {
  readonly cluster: Pick<Cluster, 'request' | 'stream'>;
  readonly inventory: Pick<Inventory, 'apply' | 'remove' | 'hold' | 'release'>;
  readonly log: WatchLog;
  /** For metrics; `resource` is the plural. */
  readonly onWatchEvent: (resource: string, event: WatchEvent) => void;
  /** Called whenever the API server says what there is of a kind, or that nothing has changed. */
  readonly onHeard: (kind: string) => void;
  /**
   * The kinds that have not been listed yet, each with what stands in the way; in the end none, and then the engine's
   * threads have been told of all that was listed.
   */
  readonly onProgress: (missing: readonly string[]) => void;
  readonly timing?: NonNullable<WatchOptions['timing']>;
}

export interface InventoryWatch {
  /** Has every object applied to the inventory again. Rejects when a kind cannot be listed. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Follows all kinds. A kind whose definition is not installed yet is tried again until it is. */
export function watchInventory(deps: InventoryWatchDeps): InventoryWatch {
  const missing = new Map<string, string>(KINDS.map(info => [info.kind, info.kind]));
  // One by one the objects of a first list would cost the threads more than all later changes.
  deps.inventory.hold();
  async function report(kind: string, fault: string): Promise<void> {
    if (!missing.has(kind)) return;
    if (fault === '') missing.delete(kind);
    else missing.set(kind, `${kind} (${fault})`);
    if (missing.size === 0) await deps.inventory.release();
    if (fault === '') await compactHeap();
    deps.onProgress([...missing.values()]);
  }
  const watches = KINDS.map(info => watchKind(info, deps, fault => void report(info.kind, fault)));
  return {
    async reload() {
      await Promise.all(watches.map(watch => watch.relist()));
    },
    async stop() {
      await Promise.all(watches.map(watch => watch.stop()));
    },
  };
}

/** What cannot come of a watch that fails; that one was opened proves nothing yet. */
const NEWS: ReadonlySet<WatchEvent['kind']> = new Set(['listed', 'bookmark', 'ended']);

function watchKind(info: KindInfo, deps: InventoryWatchDeps, report: (fault: string) => void): ResourceWatch {
  return watchResource(deps.cluster, {
    resource: resourceOf(info),
    log: deps.log,
    ...(deps.timing === undefined ? {} : { timing: deps.timing }),
    onSynced: () => report(''),
    onEvent(event) {
      deps.onWatchEvent(info.plural, event);
      if (NEWS.has(event.kind)) deps.onHeard(info.kind);
      if (event.kind === 'failed')
        report(event.error instanceof Error ? event.error.message : String(event.error));
    },
    onChange({ type, object }) {
      deps.onHeard(info.kind);
      const { namespace = '', name } = object.metadata;
      if (type === 'deleted') deps.inventory.remove(info.kind, namespace, name);
      else deps.inventory.apply(object);
    },
  });
}

function resourceOf(info: KindInfo): { group: string; version: string; plural: string } {
  return { group: GROUP, version: VERSION, plural: info.plural };
}
