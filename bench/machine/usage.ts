// What a process has used, as the kernel counts it: CPU of all its threads, resident memory.

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** USER_HZ: 100 on every architecture that Node runs on. */
const TICK_MS = 10;

/** CPU time of a process since its start, user and system, all threads, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of a process. */
export function rssMiB(pid: number): number {
  return statusKiB(pid, 'VmRSS') / 1024;
}

/** The most resident memory that the process ever had. */
export function peakRssMiB(pid: number): number {
  return statusKiB(pid, 'VmHWM') / 1024;
}

/** Share of all cores that is busy while this process waits, from 0 to 1. */
export async function busyShare(ms: number): Promise<number> {
  const before = machineMs();
  await sleep(ms);
  const after = machineMs();
  return (after.busy - before.busy) / (after.whole - before.whole);
}

/** Time of all cores since the machine started: what was used of it, and all of it. */
export function machineMs(): { busy: number; whole: number } {
  const sums = { busy: 0, whole: 0 };
  for (const { times } of cpus()) {
    const whole = times.user + times.nice + times.sys + times.irq + times.idle;
    sums.whole += whole;
    sums.busy += whole - times.idle;
  }
  return sums;
}

function statusKiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
}
