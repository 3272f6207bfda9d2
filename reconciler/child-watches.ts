// One watch per kind that is made for an object, for as long as the API server serves the kind.

import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/connect.ts';
import { type DiscoveredResource, NotServedError } from '../cluster/discovery.ts';
import { groupVersion } from '../cluster/resource-path.ts';
import { unlessAborted } from '../cluster/unless-aborted.ts';
import { type Change, type WatchOptions, watchResource } from '../cluster/watch.ts';
import type { WatchEvent, WatchLog } from '../cluster/watch-events.ts';
import { MANAGED_BY_LABEL, MANAGER } from '../policies/engine/children/child.ts';
import { REPORT_TYPES } from './report.ts';

export interface ChildWatchDeps {
  readonly cluster: Pick<Cluster, 'request' | 'stream' | 'discover' | 'forget'>;
  readonly log: WatchLog;
  /** For metrics; `resource` is the plural. */
  readonly onWatchEvent: (resource: string, event: WatchEvent) => void;
  /** Whose applies make a child ours. */
  readonly fieldManager: string;
  readonly onChange: (change: Change) => void;
  /** The kind has been listed completely, and may be written from now on. */
  readonly onServed: (type: string) => void;
  /** It is no longer served. */
  readonly onGone: (apiVersion: string, kind: string) => void;
  /** The kinds of which it is not known yet whether they are there; in the end, none. */
  readonly onProgress: (unknown: readonly string[]) => void;
  readonly timing?: WatchOptions['timing'];
  /** The longest time between two looks for a kind that is not served. */
  readonly lookMs?: number;
}

export interface ChildWatches {
  /** Follows these too, each as `apps/v1/StatefulSet`. What is followed stays so: it may have to be pruned. */
  readonly follow: (types: readonly string[]) => void;
  readonly served: (apiVersion: string, kind: string) => boolean;
  /** A definition came, changed or went, by its name `clusters.postgresql.cnpg.io`. */
  readonly definitionChanged: (name: string, isGone: boolean) => void;
  readonly stop: () => Promise<void>;
}

const LOOK_MS = 30_000;
/** A definition is served a moment after it is there. */
const FIRST_LOOK_MS = 250;

/** What one kind is waiting for. */
interface Follower {
  readonly group: string;
  resource: DiscoveredResource | undefined;
  /** Ends the present wait: to look again, or because the kind has gone. */
  wake: (isGone: boolean) => void;
}

/** Starts with nothing to follow. */
export function createChildWatches(deps: ChildWatchDeps): ChildWatches {
  const followers = new Map<string, Follower>();
  const running: Promise<void>[] = [];
  const served = new Set<string>();
  const unknown = new Set<string>();
  const ending = new AbortController();
  const settle = (type: string) => {
    if (unknown.delete(type)) deps.onProgress([...unknown]);
  };

  async function followType(type: string, follower: Follower): Promise<void> {
    const [apiVersion, kind] = splitType(type);
    let pauseMs = FIRST_LOOK_MS;
    while (!ending.signal.aborted) {
      const resource = await find(apiVersion, kind);
      if (typeof resource === 'object') {
        await watchUntilGone(type, resource, follower);
        pauseMs = FIRST_LOOK_MS;
      }
      settle(type);
      if (await pause(follower, pauseMs)) pauseMs = FIRST_LOOK_MS;
      else pauseMs = Math.min(pauseMs * 2, deps.lookMs ?? LOOK_MS);
    }
  }

  async function find(
    apiVersion: string,
    kind: string,
  ): Promise<DiscoveredResource | 'absent' | 'unreachable'> {
    try {
      return await unlessAborted(deps.cluster.discover(apiVersion, kind), ending.signal);
    } catch (err) {
      if (err instanceof NotServedError) return 'absent';
      if (ending.signal.aborted) return 'unreachable';
      deps.log.warn({ apiVersion, kind, err }, 'cannot look for a kind');
      return 'unreachable';
    }
  }

  /** A 404 may also come from an API server that has just started. */
  async function isAbsent(apiVersion: string, kind: string): Promise<boolean> {
    deps.cluster.forget(apiVersion, kind);
    return (await find(apiVersion, kind)) === 'absent';
  }

  /** True when it was woken. */
  async function pause(follower: Follower, ms: number): Promise<boolean> {
    const waking = new AbortController();
    follower.wake = () => waking.abort();
    const signal = AbortSignal.any([waking.signal, ending.signal]);
    // Rejects when it is woken or stopped, which is what it waits for.
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    return waking.signal.aborted;
  }

  async function watchUntilGone(
    type: string,
    resource: DiscoveredResource,
    follower: Follower,
  ): Promise<void> {
    const [apiVersion, kind] = splitType(type);
    const gone = Promise.withResolvers<void>();
    follower.resource = resource;
    follower.wake = isGone => isGone && gone.resolve();
    ending.signal.addEventListener('abort', () => gone.resolve(), { once: true });
    const watch = watchResource(deps.cluster, {
      resource,
      labelSelector: `${MANAGED_BY_LABEL}=${MANAGER}`,
      manager: deps.fieldManager,
      log: deps.log,
      ...(deps.timing === undefined ? {} : { timing: deps.timing }),
      onChange: deps.onChange,
      onSynced() {
        served.add(type);
        settle(type);
        deps.onServed(type);
      },
      onEvent(event) {
        deps.onWatchEvent(resource.plural, event);
        if (event.kind !== 'failed') return;
        // A report is nothing that anybody waits for, whatever keeps it from being read.
        if (REPORT_TYPES.includes(type)) settle(type);
        if (!(event.error instanceof ApiError)) return;
        // Without the right to read a kind there is none to write it, and the other kinds must not wait for it.
        if (event.error.status === 403) settle(type);
        if (event.error.status === 404)
          void isAbsent(apiVersion, kind).then(absent => absent && gone.resolve());
      },
    });
    await gone.promise;
    await watch.stop();
    follower.resource = undefined;
    served.delete(type);
    deps.cluster.forget(apiVersion, kind);
    if (!ending.signal.aborted) deps.onGone(apiVersion, kind);
  }

  return {
    follow(types) {
      for (const type of types) {
        if (followers.has(type)) continue;
        const { group } = groupVersion(splitType(type)[0]);
        const follower: Follower = { group, resource: undefined, wake: () => undefined };
        followers.set(type, follower);
        unknown.add(type);
        running.push(followType(type, follower));
      }
      deps.onProgress([...unknown]);
    },
    served: (apiVersion, kind) => served.has(`${apiVersion}/${kind}`),
    definitionChanged(name, isGone) {
      const group = name.slice(name.indexOf('.') + 1);
      for (const follower of followers.values()) {
        if (follower.group !== group) continue;
        const { resource } = follower;
        if (resource === undefined) follower.wake(false);
        else if (isGone && `${resource.plural}.${group}` === name) follower.wake(true);
      }
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

/** `apps/v1/StatefulSet` → `apps/v1`, `StatefulSet`. */
export function splitType(type: string): [apiVersion: string, kind: string] {
  const slash = type.lastIndexOf('/');
  return [type.slice(0, slash), type.slice(slash + 1)];
}
