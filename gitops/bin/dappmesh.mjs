#!/usr/bin/env node
// Starts the command on a Node that strips types. Plain JavaScript for any Node from 20 on; nothing is imported that
// is not needed, because this is paid on every start.

import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What DappMesh is made for, and what it can make do with. */
const BEST = 26;
const OLDEST = 24;
const main = new URL('../cli/main.ts', import.meta.url);
const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

// Compiled code is kept with the other caches, so that types are stripped once and not on every start. The variable
// is for child processes and threads. A cache that cannot be written is no fault.
process.env.NODE_COMPILE_CACHE ??= join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'dappmesh',
  'compiled',
);

const version = Number.parseInt(process.versions.node, 10);
if (version < BEST && existsSync(pinned)) await run(pinned);
else if (version >= OLDEST) {
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import(main.href);
} else {
  process.stderr.write(
    `dappmesh: this is Node ${process.versions.node}, and Node ${OLDEST} or newer is needed\n  run: npm install (it brings the right Node along)\n`,
  );
  process.exitCode = 2;
}

/** Runs the command in a child, passes signals on and ends as it ends. */
async function run(node) {
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', error => {
    process.stderr.write(`dappmesh: ${pinned} does not start: ${error.message}\n  run: npm install\n`);
    process.exitCode = 2;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 2) : 128 + constants.signals[signal];
  });
}
