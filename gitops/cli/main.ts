// The `dappmesh` command: the process around the program.

import { readConfig } from './config.ts';
import { CannotJudgeError, EXIT, messageOf } from './failure.ts';
import { printable } from './output/escape.ts';
import type { Shell } from './shell.ts';

const shell: Shell = {
  cwd: process.cwd(),
  config: readConfig(process.env),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  exit: code => {
    process.exitCode = code;
  },
};

// `dappmesh check | head` is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const { buildProgram } = await import('./program.ts');
  await buildProgram(shell).parseAsync(process.argv);
} catch (error) {
  process.exitCode = codeOf(error);
}

function codeOf(error: unknown): number {
  // Commander has said what is wrong; help and version end with 0.
  if (error instanceof Error && error.name === 'CommanderError') {
    return (error as Error & { exitCode: number }).exitCode === 0 ? EXIT.ok : EXIT.unjudged;
  }
  process.stderr.write(`dappmesh: ${printable(messageOf(error))}\n`);
  if (error instanceof CannotJudgeError) {
    if (error.remedy !== undefined) process.stderr.write(`  ${printable(error.remedy)}\n`);
  } else if (error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return EXIT.unjudged;
}
