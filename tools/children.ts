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
const folders = new Map<string, ChildProcess>();

/** Starts a program with its output in `logFile` (appended), `environment` added to ours. Throws when it cannot be run. */
export async function startChild(
  name: string,
  command: string,
  args: string[],
  logFile: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Child> {
  watchOwnEnd();
  const log = openSync(logFile, 'a');
  // Detached: Ctrl-C in a terminal reaches the whole process group, and the order of ending is ours to decide.
  const env = { ...process.env, ...environment };
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw await failureOf(child);
  // Before anything is awaited: from here on the child does not outlive us.
  pids.add(pid);
  const guard = startGuard('kill -KILL "$1"', String(pid));
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
  // Repeated, as processes that are being killed may still write into it.
  const remove = 'n=0; until rm -rf -- "$1" || [ $((n += 1)) -gt 300 ]; do sleep 0.2; done';
  folders.set(folder, startGuard(remove, folder));
}

/** Takes back `removeAtEnd`. */
export function keepFolder(folder: string): void {
  folders.get(folder)?.kill('SIGKILL');
  folders.delete(folder);
}

async function stopChild(child: ChildProcess, exited: Promise<void>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return exited;
  child.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const grace = new AbortController();
  // Rejects only when it is called off, after the child has ended.
  const late = sleep(graceMs, 'late', { signal: grace.signal }).catch(() => 'ended');
  if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL');
  grace.abort();
  await exited;
}

/** Why a child has no process id: the program is not there, or not to be run. */
async function failureOf(child: ChildProcess): Promise<unknown> {
  return new Promise(resolve => child.once('error', resolve));
}

/**
 * A signal ends this process before it can clean up, and a handler for it would be in the way of everybody else's.
 * So a waiting shell, in a session of its own, sees its standard input close when this process is gone, however that
 * came, and then runs the command. When there is nothing left to do, the shell is killed first.
 */
function startGuard(command: string, argument: string): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', `read -r _; ${command}`, 'guard', argument], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  return guard;
}

/** Installs the handler once; every call after the first is a no-op. */
function watchOwnEnd(): void {
  if (!process.listeners('exit').includes(endEverything)) process.on('exit', endEverything);
}

/** Synchronous, since nothing else runs in an exit handler. The data is temporary: no need to be gentle. */
function endEverything(): void {
  for (const pid of pids) killIfAlive(pid);
  pids.clear();
  for (const folder of folders.keys()) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.clear();
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself a moment ago.
  }
}
