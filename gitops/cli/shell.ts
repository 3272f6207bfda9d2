// What a command gets from the process it runs in, so that tests can be the process.

import type { Config } from './config.ts';

export interface Shell {
  readonly cwd: string;
  readonly config: Config;
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  now(): Date;
  /** The code that the process will end with. */
  exit(code: number): void;
}
