// One term of leadership: a queue, its workers, and the audit that judges everything anew now and then.

import type { Deps, Store } from './deps.ts';
import type { Key } from './key.ts';
import { createQueue, type Queue, type QueueMetrics } from './queue/queue.ts';
import { reconcile } from './reconcile.ts';
import { RECONCILED_KINDS } from './store/dependents.ts';
import { startWorkers } from './worker.ts';
import { createWritten, type Written } from './written.ts';

export interface TermOptions {
  readonly deps: Omit<Deps, 'written' | 'failures'>;
  readonly queueMetrics: QueueMetrics;
  readonly workers: number;
  /** What one reconcile may take. */
  readonly timeoutMs: number;
  readonly auditMs: number;
  /** Everything that there was at the beginning has been looked at. */
  readonly onFirstPass: () => void;
}

export interface Term {
  readonly queue: Queue;
  /** What this process wrote while it leads; who led before may have written since. */
  readonly written: Written;
  /** Adds all objects, behind everything that changes meanwhile; those of some kinds only, if given. */
  readonly audit: (kinds?: readonly string[]) => void;
  /** Takes no more keys; settles when the reconciles in flight have ended. */
  readonly drain: () => Promise<void>;
  /** The same, but cuts off what is in flight: nothing is written any more. */
  readonly abort: () => Promise<void>;
}

/** Begins with everything there is: who led before may have left anything undone. */
export function startTerm({ deps: given, queueMetrics, workers: concurrency, ...times }: TermOptions): Term {
  let isFirstPass = true;
  const queue = createQueue({
    metrics: queueMetrics,
    onDrained() {
      if (isFirstPass) times.onFirstPass();
      isFirstPass = false;
    },
  });
  const written = createWritten(() => performance.now());
  const ending = new AbortController();
  const mayWrite = () => !ending.signal.aborted && given.mayWrite();
  const deps: Deps = { ...given, mayWrite, written, failures: queue.failures };
  const audit = (kinds: readonly string[] = RECONCILED_KINDS) => {
    for (const key of keysOf(deps.store, kinds)) queue.add(key, 'listed');
  };
  // One that is due while another is under way would only make that one longer.
  const auditing = setInterval(() => queue.listed === 0 && audit(), times.auditMs);
  const workers = startWorkers({
    queue,
    reconcile: (key, signal) => reconcile(key, deps, signal),
    metrics: deps.metrics,
    log: deps.log,
    concurrency,
    timeoutMs: times.timeoutMs,
  });
  audit();
  function drain(): Promise<void> {
    clearInterval(auditing);
    return workers.stop();
  }
  return {
    queue,
    written,
    audit,
    drain,
    abort() {
      const reason = new DOMException('this process no longer leads', 'AbortError');
      ending.abort(reason);
      workers.abort(reason);
      return drain();
    },
  };
}

/** What is referred to first, so that most of it is ready when its users come. */
function* keysOf(store: Pick<Store, 'keys'>, kinds: readonly string[]): Generator<Key> {
  for (const kind of RECONCILED_KINDS) if (kinds.includes(kind)) yield* store.keys(kind);
}
