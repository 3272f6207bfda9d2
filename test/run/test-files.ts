// Runs the test files with tap, reads what it reports, and prints a line per file and every failure in full.

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { type FinalResults, Parser, type Result } from 'tap-parser';
import { BUILT_VARIABLE } from '../shipped-bundle.ts';
import { needsControlPlane } from './needs-control-plane.ts';
import type { Tally } from './tally.ts';

export interface FileChoice {
  readonly withControlPlane: boolean;
}

/** What hundreds of processes would otherwise each do for themselves: strip types, build the bundle. */
const SHARED = { NODE_COMPILE_CACHE: resolve('.tap/compiled'), [BUILT_VARIABLE]: 'yes' };

/** Runs all test files, or only those that bring up no control plane. */
export async function runTestFiles(tally: Tally, { withControlPlane }: FileChoice): Promise<void> {
  const files = globSync('test/**/*.test.ts').filter(file => withControlPlane || !needsControlPlane(file));
  const parser = new Parser();
  parser.on('child', file => followFile(file, tally));
  parser.on('assert', result => {
    if (!result.ok) console.log(`FAILED ${result.name}`);
  });
  const tap = spawn(
    'tap',
    ['run', '--reporter=tap', '--disable-coverage', '--allow-empty-coverage', ...files],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...SHARED } },
  );
  tap.stdout.pipe(parser);
  const [exitCode] = await Promise.all([
    new Promise<number>((resolve, reject) =>
      tap.once('error', reject).once('close', code => resolve(code ?? 1)),
    ),
    new Promise(resolve => parser.once('complete', resolve)),
  ]);
  if (exitCode !== 0 && tally.failed === 0) tally.add(`tap ended with exit code ${exitCode}`, false);
}

/** Counts a file's tests (its outermost blocks); a file that fails without a failing test counts once. */
function followFile(file: Parser, tally: Tally): void {
  const failures: string[] = [];
  let passed = 0;
  file.on('assert', (result: Result) => {
    if (result.ok) passed += 1;
    else failures.push(result.name);
  });
  const details = collectFailures(file);
  file.once('complete', ({ ok, time }: FinalResults) => {
    if (!ok && failures.length === 0) failures.push('the file did not run to its end');
    tally.count(passed, failures.length);
    const took = time === null ? '' : `, ${(time / 1000).toFixed(1)} s`;
    console.log(
      `${failures.length === 0 ? 'ok    ' : 'FAILED'} ${file.name} (${passed} passed, ${failures.length} failed${took})`,
    );
    for (const line of [...failures.map(name => `✗ ${name}`), ...details]) console.log(`       ${line}`);
  });
}

/** Diagnostics of every failing assertion below a parser. */
function collectFailures(parser: Parser): string[] {
  const details: string[] = [];
  parser.on('assert', (result: Result) => {
    if (!result.ok && result.diag)
      details.push(...JSON.stringify(result.diag, undefined, 2).split('\n').slice(0, 60));
  });
  parser.on('child', (child: Parser) => {
    const nested = collectFailures(child);
    child.once('complete', () => details.push(...nested));
  });
  return details;
}
