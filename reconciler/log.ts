// The log of the process: JSON lines, written in blocks.

import pino, { type Logger } from 'pino';

/** Opens the log; `flush` writes what is buffered and is safe to call while exiting. */
export function openLog(level: string, fd = 1): { log: Logger; flush: () => void } {
  const sink = pino.destination({ fd, sync: false, minLength: 4_096, periodicFlush: 500 });
  const log = pino({ level, base: null, formatters: { level: label => ({ level: label }) } }, sink);
  return {
    log,
    flush() {
      try {
        sink.flushSync();
      } catch {
        // Nothing was ever written, or the pipe is gone: there is nobody left to tell.
      }
    },
  };
}
