// The loop behind `watchResource`: list, watch, decide, wait, until it is stopped.

import { setTimeout as sleep } from 'node:timers/promises';
import { wasAppliedBy } from './applied-by.ts';
import type { Backoff } from './backoff.ts';
import type { Cluster } from './connect.ts';
import type { Change, Delivery } from './delivery.ts';
import { type KubernetesObject, keyOf } from './kubernetes-object.ts';
import { listPages, type Selection } from './list.ts';
import type { Relists } from './relists.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { WatchTiming } from './watch.ts';
import type { WatchEvent } from './watch-events.ts';
import { createPlanner, type Ending, hasExpired, type Step } from './watch-steps.ts';
import { openWatch } from './watch-stream.ts';

/** A watch that stood for so long was a working one, even if nothing changed meanwhile: it is resumed at once. */
const LASTING_MS = 1_000;

export interface WatchLoop {
  readonly cluster: Pick<Cluster, 'request' | 'stream'>;
  readonly selection: Selection;
  readonly timing: WatchTiming;
  readonly delivery: Delivery;
  readonly relists: Relists;
  readonly manager: string | undefined;
  readonly backoff: Backoff;
  readonly emit: (event: WatchEvent) => void;
  /** After every complete list. */
  readonly onListed: () => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Runs until the signal is aborted; never rejects. */
export async function runWatch(loop: WatchLoop): Promise<void> {
  const { signal, now, timing, relists } = loop;
  const planner = createPlanner(loop.backoff);
  let step: Step = { action: 'list', delayMs: 0 };
  let resourceVersion = '';
  let listedAt = 0;
  const advance = (version: string) => {
    resourceVersion = version;
  };
  while (!signal.aborted) {
    const asked = step.action === 'list' ? relists.begin() : undefined;
    if (asked !== undefined) loop.delivery.forget();
    const ending =
      step.action === 'list' ? await takeList(loop) : await follow(loop, resourceVersion, advance);
    if (ending.kind === 'list-failed') asked?.reject(ending.error);
    else asked?.resolve();
    if (signal.aborted) return;
    if (relists.signal.aborted) {
      step = { action: 'list', delayMs: 0 };
      continue;
    }
    if (ending.kind === 'listed') {
      resourceVersion = ending.resourceVersion;
      listedAt = now();
      loop.onListed();
    }
    step = planner.next(ending, now() - listedAt >= timing.relistMs);
    report(loop, ending, step.delayMs);
    // A rest rejects only when the watch is stopped or a list is asked for, which the loop sees itself.
    if (step.delayMs > 0)
      await sleep(step.delayMs, undefined, { signal: AbortSignal.any([signal, relists.signal]) }).catch(
        () => {},
      );
    if (relists.signal.aborted) step = { action: 'list', delayMs: 0 };
  }
}

/** Pages are delivered as they arrive; what was known and is on none of them has been deleted meanwhile. */
async function takeList(loop: WatchLoop): Promise<Ending> {
  const { cluster, selection, delivery, emit, now, signal, manager } = loop;
  const startedAt = now();
  const seen = new Set<string>();
  let resourceVersion = '';
  try {
    for await (const page of listPages(cluster, selection, { signal })) {
      for (const object of page.items) seen.add(keyOf(object.metadata));
      await unlessAborted(
        delivery.deliver(page.items.map(object => changeOf(object, 'applied', 'list', manager))),
        signal,
      );
      resourceVersion = page.resourceVersion;
    }
    const deleted = await unlessAborted(delivery.deleteAllBut(seen), signal);
    emit({ kind: 'listed', items: seen.size, deleted, durationMs: now() - startedAt });
    return { kind: 'listed', resourceVersion };
  } catch (error) {
    return { kind: 'list-failed', error };
  }
}

/** One watch. The version advances with each line, so that the next one continues behind what was delivered. */
async function follow(loop: WatchLoop, from: string, advance: (version: string) => void): Promise<Ending> {
  const { cluster, selection, timing, delivery, emit, now } = loop;
  const signal = AbortSignal.any([loop.signal, loop.relists.signal]);
  const startedAt = now();
  let opened = false;
  let lines = 0;
  const ending = (failure: { error?: unknown } = {}): Ending => {
    const lasting = now() - startedAt >= LASTING_MS;
    return { kind: 'watch-ended', lasting, productive: lasting || lines > 0, opened, ...failure };
  };
  try {
    const stream = openWatch(cluster, selection, {
      resourceVersion: from,
      timeoutSeconds: timing.timeoutSeconds,
      idleMs: timing.timeoutSeconds * 1000 + timing.idleMarginMs,
      maxLineBytes: timing.maxLineBytes,
      signal,
      onOpen() {
        opened = true;
        emit({ kind: 'opened', resourceVersion: from });
      },
    });
    for await (const line of stream) {
      lines++;
      if (line.type === 'BOOKMARK') {
        advance(line.resourceVersion);
        emit({ kind: 'bookmark', resourceVersion: line.resourceVersion });
        continue;
      }
      const type = line.type === 'DELETED' ? 'deleted' : 'applied';
      const change = changeOf(line.object, type, 'watch', loop.manager);
      // A handler that hangs must not hold up the end.
      await unlessAborted(delivery.deliver([change]), signal);
      advance(line.object.metadata.resourceVersion ?? from);
    }
    return ending();
  } catch (error) {
    return ending({ error });
  }
}

/** `managedFields` is often half of an object, and nobody judges it. */
function changeOf(
  object: KubernetesObject,
  type: Change['type'],
  origin: Change['origin'],
  manager: string | undefined,
): Change {
  const { managedFields: _fields, ...metadata } = object.metadata;
  const ours = manager !== undefined && wasAppliedBy(manager, object.metadata);
  return { type, object: { ...object, metadata }, origin, ours };
}

function report({ emit }: WatchLoop, ending: Ending, retryInMs: number): void {
  if (ending.kind === 'listed') return;
  const { error } = ending;
  if (hasExpired(error)) emit({ kind: 'expired', retryInMs });
  else if (error === undefined) emit({ kind: 'ended' });
  else emit({ kind: 'failed', phase: ending.kind === 'list-failed' ? 'list' : 'watch', error, retryInMs });
}
