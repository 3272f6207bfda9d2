// A process from its command line to its exit code: help, faults of use, and two signals, the second of which means now.

import { enableCompileCache } from 'node:module';
import type { Logger } from 'pino';
import { ConfigError } from './command-line.ts';

export interface Running {
  readonly log: Logger;
  /** Ends gracefully; at once when the signal is or gets aborted. */
  readonly stop: (hurry: AbortSignal) => Promise<void>;
  /** Rejects when the process is of no use any more, and a restart may help. */
  readonly lost?: Promise<unknown>;
}

export interface Program<Config> {
  readonly parse: (args: readonly string[]) => Config | 'help';
  readonly help: () => string;
  /** What is large is imported in here: nobody who asks for help waits for it. */
  readonly start: (config: Config) => Promise<Running>;
}

/** Wrong use, as every command of DappMesh says it. */
const EXIT_USAGE = 2;

/** Reads the command line of this process and runs the program until a signal comes. */
export async function runProgram<Config extends object>(program: Program<Config>): Promise<void> {
  // The modules are large; what V8 made of them at the last start is used again.
  enableCompileCache();
  const config = readConfig(program);
  if (config === undefined) return;
  const { log, stop, lost } = await program.start(config);
  const hurry = new AbortController();
  let ending = false;
  async function end(signal: string): Promise<void> {
    log.info({ signal }, ending ? 'ending at once' : 'draining');
    if (ending) return hurry.abort();
    ending = true;
    await stop(hurry.signal);
    log.info('ended');
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void end(signal));
  lost?.catch((error: unknown) => {
    if (ending) return;
    log.fatal({ err: error }, 'cannot go on');
    process.exitCode = 1;
    void end('failure');
  });
}

function readConfig<Config extends object>({ parse, help }: Program<Config>): Config | undefined {
  try {
    const config = parse(process.argv.slice(2));
    if (config !== 'help') return config;
    process.stdout.write(help());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.faults.join('\n')}\nSee --help.\n`);
    process.exitCode = EXIT_USAGE;
  }
  return undefined;
}
