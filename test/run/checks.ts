// Everything that is proven without running the code: types, lint, format, Rego, and the bundle that tests use.

import { spawn } from 'node:child_process';
import type { Tally } from './tally.ts';

const CHECKS: readonly { name: string; command: readonly [string, ...string[]] }[] = [
  { name: 'generated files are current', command: ['node', 'schemas/generate.ts', '--check'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['biome', 'ci', '--colors=off', '.'] },
  {
    name: 'Rego: format, types, tests, coverage, conventions',
    command: ['node', 'policies/bundle/check.ts'],
  },
  { name: 'the bundle builds', command: ['node', 'policies/bundle/main.ts'] },
];

/** Runs all checks one after another; each counts once, those that print `ok`/`not ok` lines once per line. */
export async function runChecks(tally: Tally): Promise<void> {
  for (const { name, command } of CHECKS) {
    const { code, output } = await run(command);
    const lines = output.split('\n').filter(line => /^(not )?ok\b/.test(line));
    const failed = lines.filter(line => line.startsWith('not ')).length;
    tally.add(name, code === 0, output);
    tally.count(lines.length - failed, Math.max(0, failed - (code === 0 ? 0 : 1)));
  }
}

/** Local binaries are on PATH because npm or make started this process. */
function run([command, ...args]: readonly [string, ...string[]]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (process.stderr.isTTY) process.stderr.write(chunk);
    });
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}
