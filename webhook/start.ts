// The webhook put together: everything is started at once, and each part tells readiness when it is there.

import type { Logger } from 'pino';
import type { Cluster } from '../cluster/connect.ts';
import type { Engine } from '../policies/engine/engine.ts';
import { type Health, openHealth } from '../process/health.ts';
import { createReadiness } from '../process/readiness.ts';
import { serveConfiguredBundle } from './bundle-serving.ts';
import { followCallers } from './caller-following.ts';
import { serveCertificate } from './certificate-serving.ts';
import type { ServingCertificate } from './certificates/certificate-source.ts';
import type { Config } from './config.ts';
import type { WebhookConfiguration } from './configurations/webhook-configuration.ts';
import type { LogSink } from './decision-log.ts';
import { type Door, openDoor } from './door.ts';
import { refreshEngineGauges } from './engine-metrics.ts';
import { createInventoryAge, type InventoryAge } from './inventory-age.ts';
import { type InventoryWatch, watchInventory } from './inventory-watch.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observeProcess } from './process-metrics.ts';
import type { Condition, Readiness } from './readiness.ts';
import type { CallerRule } from './transport.ts';

export interface StartDeps {
  readonly config: Config;
  readonly cluster: Cluster;
  readonly log: Logger;
  readonly logDecision: LogSink['logDecision'];
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
  const { config, log } = deps;
  const metrics = createMetrics();
  const readiness = createReadiness<Condition, 'handshake'>(conditionsOf(config), report => {
    metrics.ready.set(report.ready ? 1 : 0);
    log.info({ ...report }, report.ready ? 'ready' : 'not ready');
  });
  const age = createInventoryAge(() => performance.now());
  let serving: Engine | undefined;
  const health = await openHealthPort(deps, metrics, readiness, () => {
    if (serving !== undefined) refreshEngineGauges(metrics, serving);
    for (const [kind, seconds] of age.seconds()) metrics.inventoryAge.set({ kind }, seconds);
  });

  let stopped = false;
  let door: Door | undefined;
  let latest: ServingCertificate | undefined;
  let allowed: CallerRule | undefined;
  const first = Promise.withResolvers<void>();
  const certificate = serveCertificate({
    ...deps,
    metrics,
    readiness,
    onCertificate(certificate) {
      latest = certificate;
      door?.show(certificate);
      first.resolve();
    },
  });
  const callers = followCallers({
    ...deps,
    readiness,
    onCallers(rule) {
      allowed = rule;
      door?.admit(rule);
    },
  });
  const bundle = serveConfiguredBundle({
    config,
    log,
    metrics,
    readiness,
    reload: async () => (await inventory).reload(),
  });
  const inventory: Promise<InventoryWatch> = bundle.engine.then(engine => {
    serving = engine;
    return followInventory(engine, deps, metrics, readiness, age);
  });
  const needed = Promise.all([bundle.engine, first.promise, inventory, callers.known]);
  const opened = needed.then(async ([engine]) => {
    if (latest === undefined || stopped) throw new Error('stopped before the port was opened');
    const [shown, checked] = [latest, allowed];
    const certificates = { certificate: shown, callers: checked };
    const opening = await openDoor({ ...deps, ...certificates, metrics, readiness, engine });
    if (stopped) await opening.close(AbortSignal.abort());
    else door = opening;
    // Either may have been renewed while the port was being opened.
    if (latest !== shown) door?.show(latest);
    if (allowed !== undefined && allowed !== checked) door?.admit(allowed);
    log.info({ port: opening.port }, 'listening');
    return opening;
  });
  const port = opened.then(open => open.port);
  // Whoever waits for the port is told, also of an inventory that cannot be followed; a stop need not wait for it.
  port.catch(() => undefined);
  inventory.catch(() => undefined);

  return {
    healthPort: health.port,
    port,
    async stop(hurry) {
      stopped = true;
      // Before the long drain: who uninstalls us does not want the webhook configurations back.
      certificate.stop();
      callers.stop();
      if (door === undefined) readiness.drain();
      else await door.close(hurry);
      await bundle.stop();
      await inventory.then(
        watch => watch.stop(),
        // Nothing was followed.
        () => undefined,
      );
      health.close();
    },
  };
}

function conditionsOf(config: Config) {
  const always = ['bundle', 'inventory', 'certificate', 'handshake'] as const;
  return config.configuration === '' ? always : ([...always, 'configuration'] as const);
}

async function openHealthPort(
  { config }: StartDeps,
  metrics: Metrics,
  readiness: Readiness,
  refresh: () => void,
): Promise<Health> {
  const gauges = observeProcess(metrics);
  const address = { port: config['health-port'], address: config.host };
  const { port, close } = await openHealth(address, {
    readiness: () => readiness.report(),
    async metrics() {
      gauges.refresh();
      refresh();
      return { text: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
  });
  return {
    port,
    close() {
      gauges.stop();
      close();
    },
  };
}

function followInventory(
  engine: Engine,
  deps: StartDeps,
  metrics: Metrics,
  readiness: Readiness,
  age: InventoryAge,
) {
  return watchInventory({
    cluster: deps.cluster,
    inventory: engine.inventory,
    log: deps.log,
    timing: { timeoutSeconds: deps.config['watch-timeout'] / 1_000 },
    onHeard: kind => age.heard(kind),
    onWatchEvent: (resource, event) => metrics.watchEvents.inc({ resource, event: event.kind }),
    onProgress(missing) {
      metrics.inventorySynced.set(missing.length === 0 ? 1 : 0);
      if (missing.length === 0) readiness.meet('inventory');
      else readiness.wait('inventory', `not listed yet: ${missing.join(', ')}`);
    },
  });
}
