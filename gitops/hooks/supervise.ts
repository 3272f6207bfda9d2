// Runs the judgement of a push in a child and answers for it: whatever goes wrong in there (no bundle, a crash, a
// file that takes too long), the push is refused and the person reads why.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { EXIT, messageOf } from '../cli/failure.ts';
import type { Shell } from '../cli/shell.ts';
import { isJudged, parseRefs } from './pushed-refs.ts';
import { readSettings } from './settings.ts';

const LAUNCHER = resolve(import.meta.dirname, '../bin/dappmesh.mjs');

/** Lets the push through only if the child says that it is allowed. */
export async function supervise(options: { bundle?: string }, shell: Shell): Promise<void> {
  const refs = await buffer(shell.stdin);
  // Deleting a branch or pushing a tag needs no policies, and must work when they are missing.
  if (!parseRefs(refs.toString()).some(isJudged)) return shell.exit(EXIT.ok);
  const { timeoutSeconds } = await readSettings(shell.cwd);
  const bundle = options.bundle === undefined ? [] : ['--bundle', options.bundle];
  const outcome = await run([LAUNCHER, 'hook', 'judge', ...bundle], refs, timeoutSeconds * 1000);
  if (outcome === EXIT.ok || outcome === EXIT.denied) return shell.exit(outcome);
  const why = outcome === 'timeout' ? `it took longer than ${timeoutSeconds} seconds` : described(outcome);
  shell.stderr.write(`dappmesh: the push could not be judged and is refused: ${why}\n`);
  shell.stderr.write('dappmesh: this is no verdict on the push; tell whoever runs this git server\n');
  shell.exit(EXIT.unjudged);
}

type Outcome = number | NodeJS.Signals | 'timeout' | Error;

function run(args: readonly string[], input: Buffer, timeoutMs: number): Promise<Outcome> {
  return new Promise(settle => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle('timeout');
    }, timeoutMs);
    child.once('error', error => {
      clearTimeout(timer);
      settle(error);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      settle(code ?? signal ?? EXIT.unjudged);
    });
    // A child that ends before it has read everything breaks the pipe; how it ended is what counts.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function described(outcome: Exclude<Outcome, 'timeout'>): string {
  if (outcome instanceof Error) return messageOf(outcome);
  return typeof outcome === 'string' ? `it was ended by ${outcome}` : 'see above';
}
