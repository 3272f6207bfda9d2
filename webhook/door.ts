// The admission port: open while there is an engine and a certificate, and closed gracefully.

import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Engine } from '../policies/engine/engine.ts';
import { portOf } from '../process/listen.ts';
import { calledNames } from './called-names.ts';
import type { ServingCertificate } from './certificates/certificate-source.ts';
import type { Config } from './config.ts';
import type { LogSink } from './decision-log.ts';
import { countDecision } from './decision-metrics.ts';
import { drain } from './drain.ts';
import { checkHandshake, type HandshakeCheck } from './handshake-check.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';
import { dialSelf } from './self-dial.ts';
import { type AdmissionServer, buildServer } from './server.ts';
import { type CallerRule, secureContextOptions, TRANSPORT_LIMITS } from './transport.ts';

export interface DoorDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly logDecision: LogSink['logDecision'];
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly engine: Engine;
  readonly certificate: ServingCertificate;
  /** Undefined: anyone who reaches the port may call. */
  readonly callers: CallerRule | undefined;
}

export interface Door {
  readonly port: number;
  /** Serves another certificate from the next handshake on. */
  show(certificate: ServingCertificate): void;
  /** Checks callers by another authority from the next handshake on; only where they have been checked before. */
  admit(callers: CallerRule): void;
  /** Ends gracefully; at once when the signal is or gets aborted. */
  close(hurry: AbortSignal): Promise<void>;
}

/** Bounds of a handshake with the own port, and the pause before the next after a bad one. */
const DIAL_MS = 2_000;
const RETRY_MS = 1_000;

/** Listens; rejects when the port cannot be had. */
export async function openDoor(deps: DoorDeps): Promise<Door> {
  const { config, log, metrics, readiness, engine } = deps;
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
    identity: deps.certificate.identity,
    ...(deps.callers === undefined ? {} : { callers: deps.callers }),
    limits: TRANSPORT_LIMITS,
    closing: () => closing,
    inFlight: change => metrics.inFlight.inc(change),
    refused(refusal, error) {
      metrics.refusals.inc({ reason: refusal.reason });
      if (refusal.status === 429) metrics.shed.inc();
      if (refusal.status === 500) log.error({ err: error }, 'answering failed');
    },
  });
  await app.listen({ port: config.port, host: config.host });
  let { certificate, callers } = deps;
  // Node drops what is left out of a swap.
  const swap = (): void => {
    app.server.setSecureContext(secureContextOptions(certificate.identity, callers));
  };
  const handshake = watchHandshake(app, deps, () => certificate);
  return {
    port: portOf(app.server),
    show(next) {
      certificate = next;
      swap();
      void handshake.check();
    },
    admit(next) {
      callers = next;
      swap();
    },
    async close(hurry) {
      handshake.stop();
      await drain({
        server: app.server,
        unready: () => readiness.drain(),
        closeReplies: () => {
          closing = true;
        },
        delay: signal => sleep(config['drain-delay'], undefined, { signal }),
        graceMs: config['drain-grace'],
        hurry,
      });
    },
  };
}

/** Begins to ask the own port whether callers can trust it. */
function watchHandshake(
  app: AdmissionServer,
  { config, readiness, log }: DoorDeps,
  certificate: () => ServingCertificate,
): HandshakeCheck {
  const address = app.server.address() as AddressInfo;
  const names = [...calledNames(config), address.address];
  const handshake = checkHandshake({
    readiness,
    dial: () => dialSelf({ address, certificate: certificate(), names, withinMs: DIAL_MS }),
    retryMs: RETRY_MS,
    onFault: fault => log.error({ fault }, 'no handshake with the own port'),
  });
  void handshake.check();
  return handshake;
}
