import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { isAlive } from './is-alive.ts';

const PROGRAM = fileURLToPath(new URL('./programs/hold-control-plane.ts', import.meta.url));

const ENDINGS: [title: string, end: (parent: ChildProcess) => void, argument: string][] = [
  ['Ctrl-C', parent => parent.kill('SIGINT'), ''],
  ['SIGTERM', parent => parent.kill('SIGTERM'), ''],
  ['an exception', () => {}, 'throw'],
];

for (const [title, end, argument] of ENDINGS) {
  t.test(`${title} leaves no process and no folder behind`, async t => {
    const { parent, pids, dir } = await startParent(argument);
    t.equal(pids.length, 2);
    end(parent);
    if (parent.exitCode === null && parent.signalCode === null) await once(parent, 'exit');
    t.strictSame(await stillAlive(pids), []);
    t.notOk(existsSync(dir));
  });
}

t.test('SIGKILL of the parent leaves no process behind', async t => {
  const { parent, pids, dir } = await startParent('');
  // Nobody is left to remove the folder.
  t.teardown(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  t.strictSame(await stillAlive(pids), []);
});

async function startParent(argument: string): Promise<{ parent: ChildProcess; pids: number[]; dir: string }> {
  const parent = spawn(process.execPath, [PROGRAM, argument], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => parent.kill('SIGKILL'));
  if (parent.stdout === null) throw new Error('standard output is a pipe');
  for await (const line of createInterface({ input: parent.stdout })) return { parent, ...JSON.parse(line) };
  throw new Error('the control plane did not start');
}

/** A killed process is gone once the kernel has taken it down, which is not at once. */
async function stillAlive(pids: number[]): Promise<number[]> {
  for (let attempt = 0; attempt < 200 && pids.some(isAlive); attempt++) await sleep(50);
  return pids.filter(isAlive);
}
