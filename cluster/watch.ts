// Follows a collection: a list, then watches that resume where the last one ended, through every kind of failure.

import { createBackoff, REFLECTOR_BACKOFF } from './backoff.ts';
import type { Cluster } from './connect.ts';
import { type Change, createDelivery } from './delivery.ts';
import type { Selection } from './list.ts';
import { createRelists } from './relists.ts';
import { unlessAborted } from './unless-aborted.ts';
import { logWatchEvent, type WatchEvent, type WatchLog } from './watch-events.ts';
import { runWatch } from './watch-loop.ts';

export type { Change } from './delivery.ts';

export interface WatchTiming {
  /** When the API server is asked to end a watch. */
  readonly timeoutSeconds: number;
  /** How much longer than that silence may last. */
  readonly idleMarginMs: number;
  /** How old a list may get before a new one is taken without need. */
  readonly relistMs: number;
  readonly maxLineBytes: number;
  readonly backoff: typeof REFLECTOR_BACKOFF;
}

/** 290 s and 5 s as kube-rs. An object has at most 1.5 MiB in etcd, which JSON escapes can blow up sixfold. */
const DEFAULT_TIMING: WatchTiming = {
  timeoutSeconds: 290,
  idleMarginMs: 5_000,
  relistMs: 3_600_000,
  maxLineBytes: 16 * 1024 * 1024,
  backoff: REFLECTOR_BACKOFF,
};

export interface WatchOptions extends Selection {
  /**
   * Called for each change, one at a time; several changes of an object may arrive as one, and the same state twice.
   * If it throws, the change counts as not delivered and is offered again; other objects go on.
   */
  readonly onChange: (change: Change) => void | Promise<void>;
  /** Called once, after the first complete list was handed over. */
  readonly onSynced?: () => void;
  readonly onEvent?: (event: WatchEvent) => void;
  /** A field manager: changes say whether it applied the object. */
  readonly manager?: string;
  readonly log?: WatchLog;
  readonly timing?: Partial<WatchTiming>;
  readonly now?: () => number;
  readonly random?: () => number;
}

export interface ResourceWatch {
  /** True after the first complete list was handed over, and ever after. */
  readonly hasSynced: boolean;
  /** Settles when `hasSynced` becomes true; rejects when the watch is stopped before. */
  readonly synced: Promise<void>;
  /**
   * Takes a new list at once and hands over every object again, also in a version that was handed over before. Resolves
   * when it is complete; rejects when it fails or the watch is stopped. The watch goes on in any case.
   */
  relist(): Promise<void>;
  /** How many changes the handler keeps throwing at. */
  readonly failing: number;
  /** Ends it at once. No handler is called afterwards; one that is running is not waited for. */
  stop(): Promise<void>;
}

/** Starts following a collection. Never throws and never gives up; `stop` ends it. */
export function watchResource(
  cluster: Pick<Cluster, 'request' | 'stream'>,
  options: WatchOptions,
): ResourceWatch {
  const { now = Date.now, random = Math.random, log } = options;
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const ending = new AbortController();
  const sync = Promise.withResolvers<void>();
  // Nobody has to await it.
  sync.promise.catch(() => {});
  let hasSynced = false;

  const emit = (event: WatchEvent) =>
    withoutFault(log, () => {
      if (log !== undefined) logWatchEvent(log, options.resource.plural, event);
      options.onEvent?.(event);
    });
  const newBackoff = () => createBackoff(timing.backoff, { now, random });
  const delivery = createDelivery({
    handle: options.onChange,
    backoff: newBackoff(),
    onFailure: failure => emit({ kind: 'handler-failed', ...failure }),
  });
  const onListed = () => {
    if (hasSynced) return;
    hasSynced = true;
    sync.resolve();
    withoutFault(log, () => options.onSynced?.());
  };
  const relists = createRelists();
  const { signal } = ending;
  const running = runWatch({
    cluster,
    selection: options,
    timing,
    delivery,
    relists,
    manager: options.manager,
    backoff: newBackoff(),
    emit,
    onListed,
    now,
    signal,
  });

  return {
    get hasSynced() {
      return hasSynced;
    },
    synced: sync.promise,
    relist: () => unlessAborted(relists.ask(), signal),
    get failing() {
      return delivery.failing;
    },
    async stop() {
      delivery.stop();
      ending.abort(new Error('the watch was stopped'));
      sync.reject(ending.signal.reason);
      await running;
    },
  };
}

/** A listener that throws must not end the watch. */
function withoutFault(log: WatchLog | undefined, notify: () => void): void {
  try {
    notify();
  } catch (err) {
    log?.warn({ err }, 'a listener of the watch failed');
  }
}
