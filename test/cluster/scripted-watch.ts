// A watch of a scripted API server, with everything that it reports.

import type { Test } from 'tap';
import { type ResourceWatch, type WatchOptions, watchResource } from '../../cluster/watch.ts';
import type { WatchEvent } from '../../cluster/watch-events.ts';
import { type Answer, type ScriptedApiServer, startScriptedApiServer } from './scripted-api-server.ts';

const RESOURCE = { group: '', version: 'v1', plural: 'configmaps' };
/** Short, so that a test is; the real ones are the defaults. */
export const BACKOFF = { minMs: 20, maxMs: 100, resetMs: 1_000 };

export interface Followed {
  readonly server: ScriptedApiServer;
  readonly watch: ResourceWatch;
  /** `applied a@1`, in order; `deleted a` of what vanished unseen. */
  readonly changes: string[];
  readonly events: WatchEvent[];
}

/** Starts both; they end with the test. Time stands still: no watch lasts long enough to count as a working one. */
export async function follow(
  t: Test,
  script: { list: Answer[]; watch: Answer[] },
  options: Partial<WatchOptions> = {},
) {
  const server = await startScriptedApiServer(t);
  server.script('list', ...script.list);
  server.script('watch', ...script.watch);
  const changes: string[] = [];
  const events: WatchEvent[] = [];
  const { onChange, onEvent, timing, ...others } = options;
  const watch = watchResource(server.cluster, {
    resource: RESOURCE,
    now: () => 0,
    ...others,
    onChange(change) {
      const { name, resourceVersion } = change.object.metadata;
      changes.push(`${change.type} ${name}${resourceVersion === undefined ? '' : `@${resourceVersion}`}`);
      return onChange?.(change);
    },
    onEvent(event) {
      events.push(event);
      onEvent?.(event);
    },
    timing: { backoff: BACKOFF, ...timing },
  });
  t.teardown(() => watch.stop());
  return { server, watch, changes, events } satisfies Followed;
}

/** The versions that watches were asked to start from. */
export function resumedFrom(server: ScriptedApiServer): (string | null)[] {
  return server.requests
    .filter(url => url.searchParams.has('watch'))
    .map(url => url.searchParams.get('resourceVersion'));
}
