// Takes keys from the queue and reconciles them, a few at a time, each within its time. Nothing that is thrown gets out.

import type { Deps, ReconcileResult } from './deps.ts';
import { isOutside, NotLeadingError, retryAfterOf } from './faults.ts';
import type { Key } from './key.ts';
import type { Queue } from './queue/queue.ts';
import type { ReconcileOutcome } from './reconcile.ts';

export interface WorkerOptions {
  readonly queue: Queue;
  /** Must heed the signal: until it settles, nobody else works on the key. */
  readonly reconcile: (key: Key, signal: AbortSignal) => Promise<ReconcileOutcome>;
  readonly metrics: Deps['metrics'];
  readonly log: Deps['log'];
  readonly concurrency: number;
  /** Milliseconds that one reconcile may take. */
  readonly timeoutMs: number;
}

export interface Workers {
  /** Takes no more keys; resolves when the last reconcile is through, which `abort` hastens. */
  readonly stop: () => Promise<void>;
  /** Ends the reconciles under way: the lease is lost, or patience is. */
  readonly abort: (reason: Error) => void;
}

/** Starts the workers. */
export function startWorkers(options: WorkerOptions): Workers {
  const ending = new AbortController();
  const lanes = Array.from({ length: options.concurrency }, () => work(options, ending.signal));
  return {
    async stop() {
      options.queue.shutDown();
      await Promise.all(lanes);
    },
    abort: reason => ending.abort(reason),
  };
}

async function work(options: WorkerOptions, ending: AbortSignal): Promise<void> {
  const { queue, metrics } = options;
  for (let key = await queue.get(); key !== undefined; key = await queue.get()) {
    const startedAt = performance.now();
    metrics.active(1);
    const result = await attempt(key, options, ending);
    metrics.active(-1);
    metrics.reconciled(key.kind, result, (performance.now() - startedAt) / 1000);
    queue.done(key);
  }
}

async function attempt(
  key: Key,
  { queue, reconcile, metrics, log, timeoutMs }: WorkerOptions,
  ending: AbortSignal,
): Promise<ReconcileResult> {
  const signal = AbortSignal.any([ending, AbortSignal.timeout(timeoutMs)]);
  try {
    const { requeueAfterMs, isTerminal } = await reconcile(key, signal);
    queue.forget(key);
    if (requeueAfterMs !== undefined) queue.addAfter(key, requeueAfterMs);
    if (isTerminal) return 'terminal';
    return requeueAfterMs === undefined ? 'success' : 'requeue_after';
  } catch (err) {
    if (!isOutside(err) && !ending.aborted) metrics.panicked(key.kind);
    log.warn({ err, key, failures: queue.failures(key) + 1 }, 'reconcile failed');
    // Whoever leads next begins with everything.
    if (err instanceof NotLeadingError) queue.forget(key);
    else queue.addRateLimited(key, retryAfterOf(err));
    return 'error';
  }
}
