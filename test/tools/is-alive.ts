// Whether a process id belongs to somebody; signal 0 asks without disturbing.

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
