import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { until } from '../until.ts';
import { isAlive } from './is-alive.ts';

const PROGRAM = fileURLToPath(new URL('./programs/hold-control-plane.ts', import.meta.url));

const ENDINGS: [title: string, end: (parent: ChildProcess) => void, argument: string][] = [
  ['Ctrl-C', parent => parent.kill('SIGINT'), ''],
  ['SIGTERM', parent => parent.kill('SIGTERM'), ''],
  ['SIGHUP, as of a closed terminal,', parent => parent.kill('SIGHUP'), ''],
  ['SIGKILL', parent => parent.kill('SIGKILL'), ''],
  ['an exception', () => {}, 'throw'],
];

for (const [title, end, argument] of ENDINGS) {
  t.test(`${title} leaves no process and no folder behind`, async t => {
    const { parent, pids, dir } = await startParent(argument);
    t.equal(pids.length, 2);
    end(parent);
    if (parent.exitCode === null && parent.signalCode === null) await once(parent, 'exit');
    // What a killed process leaves is taken down right after it, not before.
    await until(() => !pids.some(isAlive) && !existsSync(dir));
  });
}

async function startParent(argument: string): Promise<{ parent: ChildProcess; pids: number[]; dir: string }> {
  const parent = spawn(process.execPath, [PROGRAM, argument], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => parent.kill('SIGKILL'));
  if (parent.stdout === null) throw new Error('standard output is a pipe');
  for await (const line of createInterface({ input: parent.stdout })) return { parent, ...JSON.parse(line) };
  throw new Error('the control plane did not start');
}
