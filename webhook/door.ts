// The admission port: open while there is an engine and a certificate, and closed gracefully.

import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Engine } from '../policies/engine/engine.ts';
import type { Config } from './config.ts';
import type { LogSink } from './decision-log.ts';
import { countDecision } from './decision-metrics.ts';
import { drain } from './drain.ts';
import { portOf } from './listen.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import { buildServer } from './server.ts';
import {
  type CallerRule,
  type ServingIdentity,
  secureContextOptions,
  TRANSPORT_LIMITS,
} from './transport.ts';

export interface DoorDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly logDecision: LogSink['logDecision'];
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly engine: Engine;
  readonly identity: ServingIdentity;
  readonly callers: CallerRule | undefined;
}

export interface Door {
  readonly port: number;
  /** Serves another certificate from the next handshake on. */
  show(identity: ServingIdentity): void;
  /** Ends gracefully; at once when the signal is or gets aborted. */
  close(hurry: AbortSignal): Promise<void>;
}

/** Listens; rejects when the port cannot be had. */
export async function openDoor(deps: DoorDeps): Promise<Door> {
  const { config, log, metrics, readiness, engine, callers } = deps;
  let closing = false;
  const app = buildServer({
    admission: {
      engine,
      loaded: () => readiness.has('inventory'),
      clock: () => performance.now(),
      now: () => new Date(),
      record(decision) {
        countDecision(metrics, decision);
        deps.logDecision(decision);
      },
      budgetMs: config.budget,
      judgeUnchanged: config['judge-unchanged'],
    },
    identity: deps.identity,
    ...(callers === undefined ? {} : { callers }),
    limits: TRANSPORT_LIMITS,
    closing: () => closing,
    inFlight: change => metrics.inFlight.inc(change),
    refused(refusal, error) {
      metrics.refusals.inc({ reason: refusal.reason });
      if (refusal.status === 500) log.error({ err: error }, 'answering failed');
    },
  });
  await app.listen({ port: config.port, host: config.host });
  return {
    port: portOf(app.server),
    show: identity => app.server.setSecureContext(secureContextOptions(identity, callers)),
    close: hurry =>
      drain({
        server: app.server,
        unready: () => readiness.drain(),
        closeReplies: () => {
          closing = true;
        },
        delayMs: config['drain-delay'],
        graceMs: config['drain-grace'],
        hurry,
      }),
  };
}
