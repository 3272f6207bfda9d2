// One JSON line per decision. Buffered, because a write per request costs more than the decision.

import pino, { type DestinationStream, type Logger } from 'pino';
import { codesOf, type Decision } from './decision.ts';

export interface LogSink {
  readonly log: Logger;
  /** Writes what is buffered; safe to call at any time, also while exiting. */
  readonly flush: () => void;
}

/** A logger on a file descriptor that writes in blocks and at least once a second. */
export function openLog(level: string, fd = 1): LogSink {
  const sink = pino.destination({
    fd,
    sync: false,
    minLength: 32 * 1024,
    maxWrite: 64 * 1024,
    periodicFlush: 1_000,
  });
  return { log: createLog(level, sink), flush: () => flush(sink) };
}

/** The logger itself, on any stream. */
export function createLog(level: string, stream: DestinationStream): Logger {
  return pino({ level, base: null, formatters: { level: label => ({ level: label }) } }, stream);
}

/** `decision`: who asked for what, and what came of it. Never the object, never the denial's text. */
export function logDecision(log: Logger, decision: Decision): void {
  const { request } = decision;
  const line = {
    uid: decision.uid,
    webhook: decision.webhook,
    resource: request?.resource.resource,
    subResource: request?.subResource,
    namespace: request?.namespace,
    name: request?.name,
    user: request?.userInfo?.username,
    operation: request?.operation,
    dryRun: request?.dryRun === true,
    decision: decision.outcome,
    codes: codesOf(decision),
    revision: decision.revision,
    durationMs: Math.round(decision.durationMs * 1_000) / 1_000,
  };
  if (decision.error === undefined) log.info(line, 'decision');
  else log.error({ ...line, err: decision.error }, 'decision');
}

function flush(sink: { flushSync(): void }): void {
  try {
    sink.flushSync();
  } catch {
    // Nothing was ever written, or the pipe is gone: there is nobody left to tell.
  }
}
