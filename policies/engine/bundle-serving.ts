// From the bundle file to a serving engine, and on to every later bundle: a bad one leaves the old one serving.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine, type Engine, type EngineOptions } from './engine.ts';
import { loadBundle } from './loading/bundle.ts';
import { type BundleFile, followBundleFile, markOf } from './loading/bundle-file.ts';
import { BundleRejectedError } from './loading/bundle-rejected-error.ts';

export interface BundleServingDeps {
  readonly path: string;
  /** SHA-256 in hex; a file of another digest is not fit to serve. */
  readonly expectedDigest?: string;
  readonly engine: Omit<EngineOptions, 'bundle'>;
  /** The file is the bundle that serves: `started` with it, `swapped` to it, or found it the `same`. */
  readonly onServing: (engine: Engine, how: 'started' | 'swapped' | 'same') => void;
  /** The file is not there or not fit to serve. `isNew` is false for a fault that has been told already. */
  readonly onFault: (error: unknown, isNew: boolean) => void;
}

export interface BundleServing {
  /** Resolves with the first bundle that is fit to serve. */
  readonly engine: Promise<Engine>;
  stop(): Promise<void>;
}

/** How often the file is looked at where the file system does not tell of changes. */
const POLL_MS = 400;

/** Loads the bundle, waiting for one that is fit to serve, and follows the file. */
export function serveBundle(deps: BundleServingDeps): BundleServing {
  const stopping = new AbortController();
  let file: BundleFile | undefined;
  let lastFault = '';
  /** A file that stays as it is has the same fault at every look. */
  function noteFault(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const isNew = message !== lastFault;
    lastFault = message;
    deps.onFault(error, isNew);
  }
  const engine = startEngine(deps, noteFault, stopping.signal).then(({ started, mark }) => {
    deps.onServing(started, 'started');
    const follower = {
      path: deps.path,
      async take(bytes: Uint8Array) {
        deps.onServing(started, await takeBundle(bytes, started, deps.expectedDigest));
        lastFault = '';
      },
      onFault: noteFault,
      isFinal: (error: unknown) => error instanceof BundleRejectedError,
      pollMs: POLL_MS,
    };
    file = followBundleFile(follower, mark);
    return started;
  });
  // A stop before there was a bundle rejects it, and nobody need be listening.
  engine.catch(() => undefined);
  return {
    engine,
    async stop() {
      stopping.abort();
      // It may still be starting, and what it starts last has to be stopped too. If it did not start, nothing has to.
      const started = await engine.catch(() => undefined);
      file?.stop();
      await started?.close();
    },
  };
}

/** Tries until the file is there and fit to serve: without a bundle there is no verdict, and never an approval. */
async function startEngine(
  deps: BundleServingDeps,
  noteFault: (error: unknown) => void,
  signal: AbortSignal,
): Promise<{ started: Engine; mark: string }> {
  for (;;) {
    try {
      const mark = await markOf(deps.path);
      const bundle = await loadBundle(await readFile(deps.path), deps.expectedDigest);
      return { started: await createEngine({ ...deps.engine, bundle }), mark };
    } catch (error) {
      noteFault(error);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function takeBundle(
  bytes: Uint8Array,
  engine: Engine,
  expectedDigest: string | undefined,
): Promise<'swapped' | 'same'> {
  const bundle = await loadBundle(bytes, expectedDigest);
  if (bundle.digest === engine.bundle.digest) return 'same';
  await engine.swap(bundle);
  return 'swapped';
}
