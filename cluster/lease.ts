// Leader election by a Lease (coordination.k8s.io/v1), as client-go does it: one process at a time leads.

import { setTimeout as sleep } from 'node:timers/promises';
import { createLeaseRecord, type LeaseRecord, type LeaseTiming } from './lease-record.ts';
import type { ApiRequest } from './request.ts';

export type { LeaseTiming } from './lease-record.ts';

/** As client-go's defaults: a leader that is gone is replaced within `durationMs`. */
export const LEASE_TIMING: LeaseTiming = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

/** How much later than `retryMs` a contestant may try: all that wait must not come at once. */
const JITTER = 1.2;

export type LeaseEvent =
  | { readonly kind: 'acquired' }
  /** Renewing has failed for too long, or somebody else has it. */
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'released' }
  /** Seen for the first time with this holder; empty when nobody has it. */
  | { readonly kind: 'leader'; readonly holder: string }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  /** Unlike any other process's, a restarted one's included. */
  readonly identity: string;
  readonly timing?: LeaseTiming;
  readonly onEvent: (event: LeaseEvent) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

export interface Election {
  /**
   * True while nobody else can have the lease: the last renewal was sent less than the renew deadline ago. It needs
   * no timer, so that a process which was stopped and goes on knows at once. To be asked before each write.
   */
  readonly isHeld: () => boolean;
  /** Stops competing and, when held, gives the lease up, so that another need not wait for its end. */
  readonly stop: () => Promise<void>;
}

/** Starts to compete. Never throws and never gives up; `stop` ends it. */
export function competeForLease(
  cluster: { request<Answer>(request: ApiRequest): Promise<Answer> },
  options: LeaseOptions,
): Election {
  const { timing = LEASE_TIMING, now = wallAndMonotonic(), random = Math.random, onEvent } = options;
  const record = createLeaseRecord(cluster, { ...options, timing, now });
  const ending = new AbortController();
  const { signal } = ending;
  const isHeld = () => now() - record.renewedAt < timing.renewDeadlineMs;
  // Rejects only when the election is stopped, which the loops see themselves.
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  const attempt = (timeoutMs: number) => tryLease(record, onEvent, { signal, timeoutMs });

  async function compete(): Promise<void> {
    while (!signal.aborted) {
      if (await attempt(timing.renewDeadlineMs)) await lead();
      else await rest(timing.retryMs * (1 + random() * (JITTER - 1)));
    }
  }

  async function lead(): Promise<void> {
    if (signal.aborted) return;
    onEvent({ kind: 'acquired' });
    let reason = '';
    while (!signal.aborted && reason === '') {
      await rest(Math.min(timing.retryMs, Math.max(0, record.renewedAt + timing.renewDeadlineMs - now())));
      if (!signal.aborted) reason = await renew();
    }
    if (reason !== '') onEvent({ kind: 'lost', reason });
  }

  /** Gives why the lease is lost, if it is. An attempt that hangs must not outlast the deadline. */
  async function renew(): Promise<string> {
    const left = record.renewedAt + timing.renewDeadlineMs - now();
    const renewed = left > 0 && (await attempt(left));
    if (renewed || signal.aborted) return '';
    // A Lease that somebody deleted is nobody's, and soon ours again.
    if (record.holder && record.holder !== options.identity) return `held by ${record.holder}`;
    return isHeld() ? '' : 'could not be renewed in time';
  }

  const running = compete();
  return {
    isHeld: () => !signal.aborted && isHeld(),
    async stop() {
      if (signal.aborted) return running;
      const wasHeld = isHeld();
      ending.abort();
      await running;
      if (!wasHeld) return undefined;
      await record.release().then(
        () => onEvent({ kind: 'released' }),
        (error: unknown) => onEvent({ kind: 'failed', error }),
      );
      return undefined;
    },
  };
}

async function tryLease(
  record: LeaseRecord,
  onEvent: LeaseOptions['onEvent'],
  limits: { signal: AbortSignal; timeoutMs: number },
): Promise<boolean> {
  const before = record.holder;
  try {
    return await record.acquireOrRenew(limits);
  } catch (error) {
    if (!limits.signal.aborted) onEvent({ kind: 'failed', error });
    return false;
  } finally {
    if (record.holder !== before) onEvent({ kind: 'leader', holder: record.holder ?? '' });
  }
}

/** The later of two clocks: one may be set back, the other stands still while the machine sleeps. */
function wallAndMonotonic(): () => number {
  const wall = Date.now();
  const monotonic = performance.now();
  let last = 0;
  return () => {
    last = Math.max(last, Date.now() - wall, performance.now() - monotonic);
    return last;
  };
}
