#!/usr/bin/env node
// Starts the command on a Node that strips types. Plain JavaScript for any Node from 20 on; nothing is imported that
// is not needed, because this is paid on every start.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const OLDEST = 24;
const main = new URL('../cli/main.ts', import.meta.url);
const pinned = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= OLDEST) await import(main.href);
else if (existsSync(pinned)) run(pinned);
else {
  process.stderr.write(
    `dappmesh: this is Node ${process.versions.node}, and Node ${OLDEST} or newer is needed\n  run: npm ci (it brings the right Node along)\n`,
  );
  process.exitCode = 2;
}

/** Runs the command in a child, passes signals on and ends as it ends. */
function run(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.once('error', error => {
    process.stderr.write(`dappmesh: ${pinned} does not start: ${error.message}\n  run: npm ci\n`);
    process.exitCode = 2;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 2) : 128 + constants.signals[signal];
  });
}
