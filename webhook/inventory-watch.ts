// Keeps the engine's inventory as the API server has it: one watch per kind.

import type { Cluster } from '../cluster/connect.ts';
import { type ResourceWatch, watchResource } from '../cluster/watch.ts';
import type { WatchLog } from '../cluster/watch-events.ts';
import type { MeshObject } from '../policies/engine/review.ts';
import type { Inventory } from '../policies/inventory/inventory.ts';
import { GROUP, KINDS, type KindInfo, VERSION } from '../schemas/kinds.ts';

export interface InventoryWatchDeps {
  readonly cluster: Pick<Cluster, 'request' | 'stream' | 'list'>;
  readonly inventory: Pick<Inventory, 'apply' | 'remove'>;
  readonly log: WatchLog;
  /** The kinds that have not been listed yet, each with what stands in the way; in the end, none. */
  readonly onProgress: (missing: readonly string[]) => void;
}

export interface InventoryWatch {
  stop(): Promise<void>;
}

/** Follows all kinds. A kind whose definition is not installed yet is tried again until it is. */
export function watchInventory(deps: InventoryWatchDeps): InventoryWatch {
  const missing = new Map<string, string>(KINDS.map(info => [info.kind, info.kind]));
  const watches = KINDS.map(info =>
    watchKind(info, deps, fault => {
      if (fault === '') missing.delete(info.kind);
      else if (missing.has(info.kind)) missing.set(info.kind, `${info.kind} (${fault})`);
      deps.onProgress([...missing.values()]);
    }),
  );
  return {
    async stop() {
      await Promise.all(watches.map(watch => watch.stop()));
    },
  };
}

function watchKind(info: KindInfo, deps: InventoryWatchDeps, report: (fault: string) => void): ResourceWatch {
  return watchResource(deps.cluster, {
    resource: resourceOf(info),
    log: deps.log,
    onSynced: () => report(''),
    onEvent(event) {
      if (event.kind === 'failed')
        report(event.error instanceof Error ? event.error.message : String(event.error));
    },
    onChange({ type, object }) {
      const { namespace = '', name } = object.metadata;
      if (type === 'deleted') deps.inventory.remove(info.kind, namespace, name);
      else deps.inventory.apply(object);
    },
  });
}

/** Every object anew, for a bundle that reads fields which were dropped on arrival. */
export async function* listInventory(cluster: Pick<Cluster, 'list'>): AsyncGenerator<MeshObject> {
  for (const info of KINDS) yield* await cluster.list({ resource: resourceOf(info) });
}

function resourceOf(info: KindInfo): { group: string; version: string; plural: string } {
  return { group: GROUP, version: VERSION, plural: info.plural };
}
