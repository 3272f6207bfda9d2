// A lock between processes: a file that holds the process id of its owner.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;

/**
 * Runs `work` while holding the lock at `path`, calling `onWait` once if somebody else has it. The lock of a process
 * that is gone is taken over. Two waiters may take it over at the same moment; they then do the same work twice,
 * which callers must make harmless (the build ends in an atomic rename).
 */
export async function withLock(path: string, onWait: () => void, work: () => Promise<void>): Promise<void> {
  let told = false;
  while (!(await acquire(path))) {
    if (!told) onWait();
    told = true;
    await sleep(POLL_MS);
  }
  const release = () => rm(path, { force: true });
  try {
    await work();
  } finally {
    await release();
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isCoded(error, 'EEXIST')) throw error;
  }
  if (!(await ownerIsGone(path))) return false;
  await rm(path, { force: true });
  return false;
}

async function ownerIsGone(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!isCoded(error, 'ENOENT')) throw error;
    return undefined;
  });
  // Not there: released meanwhile. Empty: created, its owner not written yet.
  if (text === undefined || text === '') return false;
  const pid = Number.parseInt(text, 10);
  return Number.isNaN(pid) || !isAlive(pid);
}

/** Signal 0 asks without disturbing; EPERM means alive and somebody else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCoded(error, 'EPERM');
  }
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
