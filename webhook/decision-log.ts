// One JSON line per decision. The lines are written by hand and in blocks: a logger's way of writing one costs
// more than the whole answer to an unchanged update.

import type { DestinationStream, Logger } from 'pino';
import { FLUSH_MS, openLog as openProcessLog } from '../process/log.ts';
import { codesOf, type Decision } from './decision.ts';

export interface LogSink {
  readonly log: Logger;
  readonly logDecision: (decision: Decision) => void;
  /** Writes what is buffered; safe to call at any time, also while exiting. */
  readonly flush: () => void;
}

/** Characters that are handed to the stream at once. */
const BLOCK = 32 * 1024;

/** Everything that is logged, decisions among it. */
export function openLog(level: string): LogSink {
  const { log, sink, flush } = openProcessLog(level, { block: BLOCK });
  const decisions = createDecisionLog(log, sink);
  return {
    log,
    logDecision: decisions.add,
    flush() {
      decisions.flush();
      flush();
    },
  };
}

/** Collects the lines of decisions; those of failures go to the logger too, with their cause, at once. */
export function createDecisionLog(log: Logger, stream: DestinationStream) {
  const enabled = log.isLevelEnabled('info');
  let block = '';
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (block !== '') stream.write(block);
    block = '';
  }
  function add(decision: Decision): void {
    const line = toLine(decision);
    if (decision.error !== undefined) log.error({ uid: decision.uid, err: decision.error }, 'judging failed');
    if (!enabled) return;
    block += `${JSON.stringify(line)}\n`;
    timer ??= setTimeout(flush, FLUSH_MS).unref();
    if (block.length > BLOCK) flush();
  }
  return { add, flush };
}

/** Who asked for what, and what came of it. Never the object, never the denial's text. */
function toLine(decision: Decision): Record<string, unknown> {
  const { request } = decision;
  return {
    level: 'info',
    time: Date.now(),
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
    msg: 'decision',
  };
}
