// The commands, each with its options in a file of its own. What a command does is loaded when it is asked for.

import { Command } from 'commander';
import { addCheck } from './commands/check.ts';
import { addExplain } from './commands/explain.ts';
import { addGet } from './commands/get.ts';
import { addGraph } from './commands/graph.ts';
import { addHook } from './commands/hook.ts';
import { addPlan } from './commands/plan.ts';
import { addStatus } from './commands/status.ts';
import type { Shell } from './shell.ts';

/** Builds the program; its actions write to the shell and throw CannotJudgeError. */
export function buildProgram(shell: Shell): Command {
  const program = new Command('dappmesh')
    .description('Judges, plans and shows a data mesh: the same verdict in git as at the API server.')
    .showHelpAfterError('(dappmesh --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: text => shell.stdout.write(text),
      writeErr: text => shell.stderr.write(text),
    })
    .addHelpText('after', HELP);
  for (const add of [addCheck, addExplain, addPlan, addGet, addStatus, addGraph, addHook])
    add(program, shell);
  return program;
}

const HELP = `
Exit codes: 0 allowed (well, shown), 1 denied (not well), 2 could not tell.

Examples:
  dappmesh check                  would this be admitted?
  dappmesh plan --cluster         what would it become?
  dappmesh status                 what has become of it?`;
