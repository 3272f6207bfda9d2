// The command itself: help, unknown words, signals, old Node.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { LAUNCHER, run, runDappmesh } from '../run-dappmesh.ts';

t.test('help says what there is, with examples for every command', async t => {
  const top = await runDappmesh(['--help']);
  t.equal(top.code, 0);
  for (const command of ['check', 'explain', 'plan', 'get', 'status', 'graph', 'hook']) {
    t.match(top.stdout, `  ${command}`);
    const help = await runDappmesh([command, '--help']);
    t.match(help, { code: 0, stderr: '', stdout: /Examples:\n {2}dappmesh/ }, command);
  }
});

t.test('what is unknown is said and ends with 2', async t => {
  for (const args of [
    ['chekc'],
    ['check', '--outptu', 'json'],
    ['explain', 'a', 'b'],
    ['hook', 'instal'],
    [],
  ]) {
    const { code, stdout, stderr } = await runDappmesh(args);
    t.equal(code, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, /error|Usage/);
  }
});

t.test('a signal ends the command', async t => {
  // Standard input stays open, so it would wait for ever.
  const child = spawn(process.execPath, [LAUNCHER, 'check', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  setTimeout(() => child.kill('SIGTERM'), 300);
  const [code, signal] = await once(child, 'exit');
  t.ok(signal === 'SIGTERM' || code === 143, `${code} ${signal}`);
});

t.test('an older Node starts the pinned one and passes on what it says', async t => {
  const older =
    process.env['PATH']
      ?.split(':')
      .map(folder => join(folder, 'node'))
      .filter(existsSync) ?? [];
  for (const node of new Set(older)) {
    const { stdout } = await run(node, ['--version']);
    if (Number.parseInt(stdout.slice(1), 10) < 20) continue;
    t.match(
      await run(node, [LAUNCHER, 'check', 'nowhere']),
      { code: 2, stderr: /there is no file or folder/ },
      node,
    );
  }
});
