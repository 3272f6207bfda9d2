// Leadership by lease: one term after the other, each over before the next begins.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Cluster } from '../cluster/connect.ts';
import { competeForLease, type Election, type LeaseEvent } from '../cluster/lease.ts';
import type { Config } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { Term } from './term.ts';

export interface LeadershipDeps {
  readonly config: Config;
  readonly cluster: Pick<Cluster, 'request'>;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'leading'>;
  /** `competeForLease`, unless given. */
  readonly compete?: typeof competeForLease;
  /** Begins to write; `mayWrite` is to be asked before each write. */
  readonly startTerm: (mayWrite: () => boolean) => Term;
}

export interface Leadership {
  /** The term of this moment; none while somebody else leads. */
  readonly term: () => Term | undefined;
  /** Takes no more keys, finishes what is in flight within the grace, and gives the lease up. */
  readonly stop: (graceMs: number, hurry: AbortSignal) => Promise<void>;
}

/** Competes for the lease, or without an election leads at once and for good. */
export function takeTurns(deps: LeadershipDeps): Leadership {
  const { config, log, metrics, compete = competeForLease } = deps;
  const name = config['lease-name'];
  let term: Term | undefined;
  let ended: Promise<void> = Promise.resolve();
  let stopping = false;

  function begin(mayWrite: () => boolean): void {
    metrics.leading.set({ name }, 1);
    // What the last term had in flight was cut off, and ends soon.
    ended = ended.then(() => {
      // Lost and acquired again meanwhile, the lease has asked for this more than once.
      if (!stopping && term === undefined && mayWrite()) term = deps.startTerm(mayWrite);
    });
  }
  function end(): void {
    metrics.leading.set({ name }, 0);
    const over = term;
    term = undefined;
    ended = ended.then(() => over?.abort());
  }
  function onEvent(event: LeaseEvent): void {
    switch (event.kind) {
      case 'acquired':
        log.info({ name }, 'leading');
        return begin(() => election?.isHeld() ?? true);
      case 'lost':
        log.warn({ name, reason: event.reason }, 'no longer leading');
        return end();
      case 'failed':
        return log.warn({ name, err: event.error }, 'lease not reached');
      case 'leader':
        return log.info({ name, holder: event.holder }, 'lease seen');
      case 'released':
        return log.info({ name }, 'lease released');
    }
  }

  metrics.leading.set({ name }, 0);
  let election: Election | undefined;
  if (config['no-leader-election']) begin(() => true);
  else {
    const { 'lease-duration': durationMs, 'lease-renew-deadline': renewDeadlineMs } = config;
    election = compete(deps.cluster, {
      namespace: config['lease-namespace'],
      name,
      identity: `${hostname()}_${randomUUID()}`,
      timing: { durationMs, renewDeadlineMs, retryMs: config['lease-retry'] },
      onEvent,
    });
  }
  return {
    term: () => term,
    async stop(graceMs, hurry) {
      stopping = true;
      await ended;
      if (term !== undefined) await finish(term, graceMs, hurry);
      term = undefined;
      metrics.leading.set({ name }, 0);
      await election?.stop();
    },
  };
}

async function finish(term: Term, graceMs: number, hurry: AbortSignal): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([hurry, done.signal]);
  // Rejects when nothing is left to wait for, or when there is no more time to.
  const late = sleep(graceMs, undefined, { signal }).catch(() => undefined);
  const drained = term.drain().then(() => done.abort());
  await Promise.race([drained, late]);
  if (!done.signal.aborted) await term.abort();
}
