// The bundle on disk: loaded at start, and again within a second whenever the file is replaced.

import { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface BundleFileDeps {
  readonly path: string;
  /** Takes the new bytes up; rejects if they are not fit to serve. */
  readonly take: (bytes: Uint8Array) => Promise<void>;
  readonly onFault: (error: unknown) => void;
  /** Whether the same bytes would fail again; anything else is tried again after a while. */
  readonly isFinal: (error: unknown) => boolean;
  /** For file systems that tell nobody of a change; ConfigMap volumes are swapped by a link far above the file. */
  readonly pollMs: number;
}

export interface BundleFile {
  /** Looks at the file now; resolves when what was found is taken up or refused. */
  check(): Promise<void>;
  stop(): void;
}

/** Polls between two attempts at bytes that failed for a reason outside themselves. */
const RETRY_POLLS = 10;

/** Follows the file. Whatever is on disk at the first look is taken too: nothing can change unseen before it. */
export function followBundleFile(deps: BundleFileDeps, seen = ''): BundleFile {
  let last = seen;
  let retryAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();
  async function look(): Promise<void> {
    try {
      const mark = await markOf(deps.path);
      if (mark === last && performance.now() < retryAt) return;
      // Noted before it is read: a file replaced meanwhile has another mark at the next look.
      last = mark;
      retryAt = Number.POSITIVE_INFINITY;
      await deps.take(await readFile(deps.path));
    } catch (error) {
      // A file that comes back is looked at again, even if it is the old one.
      if (isMissing(error)) last = '';
      else if (!deps.isFinal(error)) retryAt = performance.now() + RETRY_POLLS * deps.pollMs;
      deps.onFault(error);
    }
  }
  const check = (): Promise<void> => (running = running.then(look));
  const timer = setInterval(() => void check(), deps.pollMs);
  const watcher = watchFolder(dirname(deps.path), () => void check());
  return {
    check,
    stop() {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

/** Changes whenever the file is written or replaced. Throws when there is none. */
export async function markOf(path: string): Promise<string> {
  const { mtimeNs, size, ino } = await stat(path, { bigint: true });
  return `${ino}:${size}:${mtimeNs}`;
}

/** Watching is a matter of speed alone: without it the poll finds the change. */
function watchFolder(folder: string, onChange: () => void): { close(): void } | undefined {
  try {
    return watch(folder, { persistent: false }, onChange).on('error', () => undefined);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
