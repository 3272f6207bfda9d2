// Files that somebody else replaces: looked at again whenever their folders change, and every `pollMs`.

import { watch } from 'node:fs';
import { dirname } from 'node:path';

export interface FollowedFilesDeps {
  readonly files: readonly string[];
  /** Reads them and takes up what is new; never called twice at a time. */
  readonly look: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
  readonly pollMs: number;
}

export interface FollowedFiles {
  /** Looks now; resolves when what was found is in use. */
  check(): Promise<void>;
  stop(): void;
}

/** Begins to follow; the first look is the caller's. */
export function followFiles({ files, look, onFault, pollMs }: FollowedFilesDeps): FollowedFiles {
  let running: Promise<void> = Promise.resolve();
  const check = (): Promise<void> => (running = running.then(look).catch(onFault));
  const timer = setInterval(() => void check(), pollMs);
  const folders = [...new Set(files.map(file => dirname(file)))];
  const watchers = folders.flatMap(folder => watchFolder(folder, () => void check()));
  return {
    check,
    stop() {
      clearInterval(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Watching is a matter of speed alone: without it the poll finds the change. */
function watchFolder(folder: string, onChange: () => void): { close(): void }[] {
  try {
    return [watch(folder, { persistent: false }, onChange).on('error', () => undefined)];
  } catch {
    return [];
  }
}
