// Child processes that never outlive this one: each is ended by its own id, however this process ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** True from the moment the process has ended. */
  readonly ended: boolean;
  /** Asks it to end, and kills it after `graceMs`. Settles when it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** The end of its log, for error messages. */
  lastLines(count?: number): string;
}

/** What must not outlive this process: pids to kill and folders to remove. */
const pids = new Set<number>();
const folders = new Set<string>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Starts a program with its output in `logFile` (appended). Throws when it cannot be run. */
export async function startChild(
  name: string,
  command: string,
  args: string[],
  logFile: string,
): Promise<Child> {
  watchOwnEnd();
  const log = openSync(logFile, 'a');
  // Detached: Ctrl-C in a terminal reaches the whole process group, and the order of ending is ours to decide.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  // At once, before anything is awaited: from here on the child does not outlive us.
  if (child.pid !== undefined) pids.add(child.pid);
  const pid = await pidOf(child);
  const guard = guardAgainstKill(pid);
  let ended = false;
  const exited = new Promise<void>(resolve => {
    child.once('exit', () => {
      ended = true;
      pids.delete(pid);
      guard.kill('SIGKILL');
      resolve();
    });
  });
  return {
    name,
    pid,
    logFile,
    get ended() {
      return ended;
    },
    stop: graceMs => stopChild(child, exited, graceMs ?? 3_000),
    lastLines: (count = 15) => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n'),
  };
}

/** Removes the folder when this process ends, unless `keepFolder` is called first. */
export function removeAtEnd(folder: string): void {
  watchOwnEnd();
  folders.add(folder);
}

/** Takes back `removeAtEnd`. */
export function keepFolder(folder: string): void {
  folders.delete(folder);
}

async function stopChild(child: ChildProcess, exited: Promise<void>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return exited;
  child.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const grace = new AbortController();
  const late = sleep(graceMs, 'late', { signal: grace.signal }).catch(() => 'ended');
  if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL');
  grace.abort();
  await exited;
}

async function pidOf(child: ChildProcess): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  if (child.pid === undefined) throw new Error(`${child.spawnfile} has no process id`);
  return child.pid;
}

/**
 * SIGKILL leaves this process no time to clean up. A waiting shell sees its standard input close then, and kills
 * the child; when the child ends first, the shell is killed.
 */
function guardAgainstKill(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$1"', 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.unref();
  return guard;
}

/** Installs the handlers once; every call after the first is a no-op. */
function watchOwnEnd(): void {
  if (process.listeners('exit').includes(endEverything)) return;
  process.on('exit', endEverything);
  for (const signal of SIGNALS) process.on(signal, endOnSignal);
}

/** Synchronous, since nothing else runs in an exit handler. The data is temporary: no need to be gentle. */
function endEverything(): void {
  for (const pid of pids) killIfAlive(pid);
  pids.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.clear();
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself a moment ago.
  }
}

/** Ends the children; then this process dies of the signal as it would have, unless somebody else handles it. */
function endOnSignal(signal: NodeJS.Signals): void {
  endEverything();
  if (process.listenerCount(signal) > 1) return;
  process.removeListener(signal, endOnSignal);
  process.kill(process.pid, signal);
}
