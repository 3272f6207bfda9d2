// The log of a process: JSON lines, written in blocks and at least twice a second.

import pino, { type DestinationStream, type Logger } from 'pino';

export interface Log {
  readonly log: Logger;
  /** Where the lines go, for who writes some by hand. */
  readonly sink: DestinationStream;
  /** Writes what is buffered; safe to call at any time, also while exiting. */
  readonly flush: () => void;
}

export interface LogOptions {
  /** Characters that are gathered before they are written. */
  readonly block?: number;
  /** File descriptor: standard output. */
  readonly fd?: number;
}

export const FLUSH_MS = 500;

/** Opens the log. */
export function openLog(level: string, { block = 4_096, fd = 1 }: LogOptions = {}): Log {
  const sink = pino.destination({
    fd,
    sync: false,
    minLength: block,
    maxWrite: Math.max(2 * block, 16_384),
    periodicFlush: FLUSH_MS,
  });
  return {
    log: createLog(level, sink),
    sink,
    flush() {
      try {
        sink.flushSync();
      } catch {
        // Nothing was ever written, or the pipe is gone: there is nobody left to tell.
      }
    },
  };
}

/** The logger alone, on any stream. */
export function createLog(level: string, stream: DestinationStream): Logger {
  return pino({ level, base: null, formatters: { level: label => ({ level: label }) } }, stream);
}
