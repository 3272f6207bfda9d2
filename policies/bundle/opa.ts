// Runs the pinned opa. What it says on failure is the message: it names file, line and fault.

import { findBinary } from '../../tools/binaries.ts';
import { type CommandResult, runCommand } from '../../tools/run-command.ts';
import { ROOT } from './sources.ts';

/** `opa` refused; `message` is what it printed. */
export class OpaError extends Error {
  constructor(command: string, output: string) {
    super(`opa ${command} failed:\n${output.trim()}`);
    this.name = 'OpaError';
  }
}

/** Runs opa in the root of the repository, so that paths read as they stand there. */
export async function tryOpa(args: readonly string[], cwd = ROOT): Promise<CommandResult> {
  return runCommand(await findBinary('opa'), args, { cwd });
}

/** The same, giving standard output; throws `OpaError` unless opa succeeds. */
export async function runOpa(args: readonly string[], cwd = ROOT): Promise<string> {
  const { code, stdout, stderr } = await tryOpa(args, cwd);
  if (code !== 0) throw new OpaError(args[0] ?? '', stderr || stdout);
  return stdout;
}
