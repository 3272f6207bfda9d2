// The real command in a process of its own, as people and hooks start it.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { createEngine, type Engine } from '../../policies/engine/engine.ts';
import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import { shippedBundle } from '../shipped-bundle.ts';

export const LAUNCHER = join(import.meta.dirname, '../../gitops/bin/dappmesh.mjs');
export const EXAMPLES = join(import.meta.dirname, '../../gitops/examples');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `dappmesh …` to its end. */
export function runDappmesh(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [LAUNCHER, ...args], options);
}

/** Runs a program to its end. Identities of the person who runs the tests stay out. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, input, env }: RunOptions = {},
): Promise<Ended> {
  const { DAPPMESH_USER: _, DAPPMESH_GROUPS: __, FORCE_COLOR: ___, ...clean } = process.env;
  const child = spawn(program, args, { cwd, env: { ...clean, ...env } });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}

/** A bundle of the policies as they are, in a folder of the test. */
export async function buildTestBundle(test: Pick<Test, 'testdir' | 'teardown'>): Promise<string> {
  return shippedBundle(join(test.testdir(), 'bundle.tar.gz'));
}

/** A running engine on a bundle file; the test ends it. */
export async function startEngineOn(
  test: Pick<Test, 'testdir' | 'teardown'>,
  bundle: string,
): Promise<Engine> {
  const engine = await createEngine({
    bundle: await loadBundle(await readFile(bundle)),
    threads: 1,
    evaluationMs: 60_000,
  });
  test.teardown(() => engine.close());
  return engine;
}
