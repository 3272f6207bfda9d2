// Collects the bytes of a request. Fastify's own reading and parsing would cost as much again as the rest of an
// unchanged answer, and would answer 400 to keys that are legal in an object (`__proto__`).

import type { IncomingMessage } from 'node:http';
import type { BodyBudget } from './body-budget.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

/**
 * Called once: with the bytes, or with what is wrong with them. Never when the client goes away before. Who is given
 * bytes gives their length back to the budget when they are no longer needed.
 */
export type BodyTaker = (bytes: Buffer | null, refusal: Refusal | null) => void;

/** Reads a JSON body of at most `limit` bytes. What its headers rule out is refused before a byte is read. */
export function readBody(message: IncomingMessage, limit: number, budget: BodyBudget, take: BodyTaker): void {
  const refusal = refuseHeaders(message, limit);
  if (refusal !== null) return take(null, refusal);
  const chunks: Buffer[] = [];
  let length = 0;
  function onData(chunk: Buffer): void {
    if (length + chunk.length > limit) return stop(REFUSALS.bodyIsTooLarge);
    if (!budget.take(chunk.length)) return stop(REFUSALS.bodiesAreTooMany);
    chunks.push(chunk);
    length += chunk.length;
  }
  /** The rest is never read: the answer closes the connection. */
  function stop(reason: Refusal): void {
    message.off('data', onData).off('end', onEnd).pause();
    letGo();
    take(null, reason);
  }
  function letGo(): void {
    message.off('close', letGo);
    budget.give(length);
    chunks.length = 0;
  }
  function onEnd(): void {
    message.off('close', letGo);
    const [only] = chunks;
    take(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length), null);
  }
  // Without a listener the reset of a client that goes away would end the process.
  message.on('error', ignore).on('data', onData).on('end', onEnd).on('close', letGo);
}

function refuseHeaders({ headers }: IncomingMessage, limit: number): Refusal | null {
  const type = headers['content-type'];
  if (type !== 'application/json' && !isUtf8Json(type ?? '')) return REFUSALS.mediaTypeIsForeign;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return REFUSALS.bodyIsEncoded;
  const transfer = headers['transfer-encoding'];
  if (transfer !== undefined && transfer.toLowerCase() !== 'chunked') return REFUSALS.bodyIsEncoded;
  return Number(headers['content-length']) > limit ? REFUSALS.bodyIsTooLarge : null;
}

function isUtf8Json(type: string): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
}

function ignore(): void {}
