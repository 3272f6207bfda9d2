// The webhook put together: everything is started at once, and each part tells readiness when it is there.

import type { Logger } from 'pino';
import type { Cluster } from '../cluster/connect.ts';
import type { Engine } from '../policies/engine/engine.ts';
import { serveBundle } from './bundle-serving.ts';
import { serveCertificate } from './certificate-serving.ts';
import type { Config } from './config.ts';
import type { WebhookConfiguration } from './configurations/webhook-configuration.ts';
import type { LogSink } from './decision-log.ts';
import { type Door, openDoor } from './door.ts';
import { refreshEngineGauges } from './engine-metrics.ts';
import { buildHealthServer } from './health-server.ts';
import { listInventory, watchInventory } from './inventory-watch.ts';
import { listen } from './listen.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observeProcess } from './process-metrics.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import type { CallerRule, ServingIdentity } from './transport.ts';

export interface StartDeps {
  readonly config: Config;
  readonly cluster: Cluster;
  readonly log: Logger;
  readonly logDecision: LogSink['logDecision'];
  readonly callers: CallerRule | undefined;
  readonly shipped: readonly WebhookConfiguration[];
}

export interface Webhook {
  readonly healthPort: number;
  /** Resolves with the TLS port once it is open. */
  readonly port: Promise<number>;
  /** Ends gracefully; at once when the signal is or gets aborted. */
  stop(hurry: AbortSignal): Promise<void>;
}

/** Starts everything; resolves when the health port is open, long before the webhook is ready. */
export async function startWebhook(deps: StartDeps): Promise<Webhook> {
  const { config, cluster, log } = deps;
  const metrics = createMetrics();
  const readiness = createReadiness(conditionsOf(config), report => {
    metrics.ready.set(report.ready ? 1 : 0);
    log.info({ ...report }, report.ready ? 'ready' : 'not ready');
  });
  let serving: Engine | undefined;
  const health = await openHealth(deps, metrics, readiness, () => serving);

  let stopped = false;
  let door: Door | undefined;
  let identity: ServingIdentity | undefined;
  const first = Promise.withResolvers<void>();
  const certificate = serveCertificate({
    ...deps,
    metrics,
    readiness,
    onCertificate(certificate) {
      identity = certificate.identity;
      door?.show(identity);
      first.resolve();
    },
  });
  const bundle = serveBundle({ config, log, metrics, readiness, reload: () => listInventory(cluster) });
  const inventory = bundle.engine.then(engine => {
    serving = engine;
    return followInventory(engine, deps, metrics, readiness);
  });
  const opened = Promise.all([bundle.engine, first.promise]).then(async ([engine]) => {
    if (identity === undefined || stopped) throw new Error('stopped before the port was opened');
    const opening = await openDoor({ ...deps, metrics, readiness, engine, identity });
    if (stopped) await opening.close(AbortSignal.abort());
    else door = opening;
    log.info({ port: opening.port }, 'listening');
    readiness.meet('listening');
    return opening;
  });
  const port = opened.then(open => open.port);
  port.catch(() => undefined);
  inventory.catch(() => undefined);

  return {
    healthPort: health.port,
    port,
    async stop(hurry) {
      stopped = true;
      if (door === undefined) readiness.drain();
      else await door.close(hurry);
      certificate.stop();
      await bundle.stop();
      await inventory.then(
        watch => watch.stop(),
        () => undefined,
      );
      health.close();
    },
  };
}

function conditionsOf(config: Config) {
  const always = ['bundle', 'inventory', 'certificate', 'listening'] as const;
  return config.configuration === '' ? always : ([...always, 'configuration'] as const);
}

async function openHealth(
  { config }: StartDeps,
  metrics: Metrics,
  readiness: Readiness,
  engine: () => Engine | undefined,
): Promise<{ port: number; close: () => void }> {
  const gauges = observeProcess(metrics);
  const server = buildHealthServer({
    readiness: () => readiness.report(),
    async metrics() {
      gauges.refresh();
      const serving = engine();
      if (serving !== undefined) refreshEngineGauges(metrics, serving);
      return { text: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
  });
  const port = await listen(server, config['health-port'], config.host);
  function close(): void {
    gauges.stop();
    server.close();
    server.closeAllConnections();
  }
  return { port, close };
}

function followInventory(engine: Engine, deps: StartDeps, metrics: Metrics, readiness: Readiness) {
  return watchInventory({
    cluster: deps.cluster,
    inventory: engine.inventory,
    log: deps.log,
    onProgress(missing) {
      metrics.inventorySynced.set(missing.length === 0 ? 1 : 0);
      if (missing.length === 0) readiness.meet('inventory');
      else readiness.wait('inventory', `not listed yet: ${missing.join(', ')}`);
    },
  });
}
