// Runs a command to its end and gives what it said.

import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Standard input; empty by default. */
  readonly input?: string | undefined;
  /** Called whenever it has said more on standard output. */
  readonly onOutput?: (() => void) | undefined;
}

/** A failure is in `code` (a signal counts as 128); throws only when the command cannot be run at all. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env, cwd, input, onOutput }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, { env, cwd, stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    onOutput?.();
  });
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A command that does not read its input closes it early: EPIPE, and not our business.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', status => resolve(status ?? 128));
  });
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}
