// The reconciler put together: bundle, then watches, then, once everything is known, the competition for the lease.

import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Cluster } from '../cluster/connect.ts';
import { FIELD_MANAGER } from '../policies/engine/children/field-manager.ts';
import type { Engine } from '../policies/engine/engine.ts';
import { compactHeap } from '../policies/inventory/compact-heap.ts';
import { type Health, openHealth } from '../process/health.ts';
import { measureProcess } from '../process/metrics.ts';
import { createReadiness, type ReadinessReport } from '../process/readiness.ts';
import { kindsThatMake, serveConfiguredBundle, statusIsRead, typesMadeBy } from './bundle.ts';
import type { Config } from './config.ts';
import { createCopyReaders } from './copy-readers.ts';
import type { Deps } from './deps.ts';
import { type Leadership, takeTurns } from './election.ts';
import { createEventSender } from './events.ts';
import { createIntake } from './intake.ts';
import type { Metrics } from './metrics.ts';
import { createChildren } from './store/children.ts';
import { RECONCILED_KINDS } from './store/dependents.ts';
import { createMeshObjects } from './store/mesh-objects.ts';
import { createStore } from './store/store.ts';
import { startTerm, type Term } from './term.ts';
import { startWatches, type Watches } from './watches.ts';
import { createWritten } from './written.ts';

export interface StartDeps {
  readonly config: Config;
  readonly cluster: Cluster;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface Reconciler {
  readonly healthPort: number;
  /** Finishes what is in flight and gives the lease up; at once when the signal is or gets aborted. */
  readonly stop: (hurry: AbortSignal) => Promise<void>;
}

/** Starts everything; resolves when the health port is open, long before the first reconcile. */
export async function startReconciler(deps: StartDeps): Promise<Reconciler> {
  const { config, log, metrics } = deps;
  const objects = createMeshObjects();
  const children = createChildren();
  const store = createStore(objects, children);
  const copyReaders = createCopyReaders();
  const readiness = createReadiness(['bundle', 'caches'], report => {
    metrics.ready.set(report.ready ? 1 : 0);
    log.info({ ...report }, report.ready ? 'ready' : 'not ready');
  });
  metrics.workers(config.workers);
  let leadership: Leadership | undefined;
  let watches: Watches | undefined;
  let takenIn: Promise<void> | undefined;
  let stopping = false;
  const term = () => leadership?.term();
  const events = createEventSender({
    cluster: deps.cluster,
    now: () => new Date(),
    instance: hostname(),
    onLost: (err: unknown) => log.warn({ err }, 'event lost'),
  });

  const health = await openHealthPort(
    deps,
    () => readiness.report(),
    () => {
      for (const kind of [...RECONCILED_KINDS, 'EngineClass'])
        metrics.objects.set({ kind }, objects.size(kind));
      metrics.children.set(children.size());
      return term();
    },
  );
  // Asked for any free one, nobody else could say which it is.
  log.info({ port: health.port }, 'health port open');
  const bundle = serveConfiguredBundle({
    ...deps,
    readiness,
    async reload(inventory) {
      for (const kind of [...RECONCILED_KINDS, 'EngineClass'])
        for (const key of store.keys(kind)) {
          const object = store.get(key);
          if (object !== undefined) inventory.apply(object);
          // One an event-loop turn: reading one takes longer than that turn, and others are waiting.
          await new Promise(resolve => setImmediate(resolve));
        }
    },
    onSwapped(engine) {
      watches?.follow(typesMadeBy(engine.bundle));
      term()?.audit();
    },
  });

  function follow(engine: Engine): void {
    if (stopping) return;
    // One by one the objects of a first list would cost the thread more than all later changes.
    engine.inventory.hold();
    const before = createWritten(() => performance.now());
    const intake = createIntake({
      objects,
      children,
      inventory: engine.inventory,
      written: () => term()?.written ?? before,
      copyReaders,
      enqueue: key => term()?.queue.add(key),
      statusIsRead: kind => statusIsRead(engine.bundle, kind),
    });
    watches = startWatches({
      ...deps,
      intake,
      fieldManager: FIELD_MANAGER,
      onWatchEvent: (resource, event) => metrics.watchEvents.inc({ resource, event: event.kind }),
      onServed(type) {
        term()?.written.forgetRefusals(type);
        term()?.audit(kindsThatMake(engine.bundle, type));
      },
      onProgress(missing) {
        if (missing.length > 0) return readiness.wait('caches', `not listed yet: ${missing.join(', ')}`);
        void takeIn(engine);
      },
      types: typesMadeBy(engine.bundle),
      timing: { timeoutSeconds: config['watch-timeout'] / 1_000 },
    });
  }
  /** Once, however often lists are complete; afterwards it only reports. */
  async function takeIn(engine: Engine): Promise<void> {
    takenIn ??= engine.inventory.release().then(compactHeap);
    await takenIn;
    readiness.meet('caches');
    compete(engine);
  }
  /** With warm caches only: a fail-over is to cost a lease, not a list of everything. */
  function compete(engine: Engine): void {
    if (stopping) return;
    leadership ??= takeTurns({
      ...deps,
      startTerm: mayWrite => startTerm({ ...termOptions(deps), deps: depsOfTerm(engine, mayWrite) }),
    });
  }
  function depsOfTerm(engine: Engine, mayWrite: () => boolean): Omit<Deps, 'written' | 'failures'> {
    const { cluster } = deps;
    return {
      store,
      engine,
      cluster,
      served: (apiVersion, kind) => watches?.served(apiVersion, kind) ?? false,
      events,
      mayWrite,
      copyReaders,
      now: () => new Date(),
      log,
      metrics: metrics.reconciles,
    };
  }
  bundle.engine.then(follow, (err: unknown) => {
    if (!stopping) log.error({ err }, 'no engine: nothing will be reconciled');
  });

  return {
    healthPort: health.port,
    async stop(hurry) {
      stopping = true;
      readiness.drain();
      await leadership?.stop(config['drain-grace'], hurry);
      await events.stop();
      await watches?.stop();
      await bundle.stop();
      health.close();
    },
  };
}

function termOptions({ config, metrics }: StartDeps) {
  return {
    // A first pass builds everything, and what it leaves behind is not needed again.
    onFirstPass: () => void compactHeap(),
    queueMetrics: metrics.queue.report,
    workers: config.workers,
    timeoutMs: config['reconcile-time'],
    auditMs: config['audit-interval'],
  };
}

async function openHealthPort(
  { config, metrics }: StartDeps,
  readiness: () => ReadinessReport,
  refresh: () => Term | undefined,
): Promise<Health> {
  const measure = measureProcess(metrics);
  return openHealth(
    { port: config['metrics-port'], address: config['metrics-address'] },
    {
      readiness,
      async metrics() {
        const queue = refresh()?.queue;
        metrics.queue.refresh(queue?.depth ?? 0, queue?.unfinished() ?? { sum: 0, longest: 0 });
        measure();
        return { text: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
      },
    },
  );
}
