// Collects the bytes of a request. Fastify's own reading and parsing would cost as much again as the rest of an
// unchanged answer, and would answer 400 to keys that are legal in an object (`__proto__`).

import type { IncomingMessage } from 'node:http';
import { REFUSALS, type Refusal } from './refusals.ts';

/** Called once: with the bytes, or with what is wrong with them. Never when the client goes away before. */
export type BodyTaker = (bytes: Buffer | null, refusal: Refusal | null) => void;

/** Reads a JSON body of at most `limit` bytes. What its headers rule out is refused before a byte is read. */
export function readBody(message: IncomingMessage, limit: number, take: BodyTaker): void {
  const refusal = refuseHeaders(message, limit);
  if (refusal !== null) return take(null, refusal);
  const chunks: Buffer[] = [];
  let length = 0;
  function onData(chunk: Buffer): void {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= limit) return;
    // The rest is never read: the answer closes the connection.
    message.off('data', onData).off('end', onEnd).pause();
    take(null, REFUSALS.bodyIsTooLarge);
  }
  function onEnd(): void {
    const [only] = chunks;
    take(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length), null);
  }
  // Without a listener the reset of a client that goes away would end the process.
  message.on('error', ignore).on('data', onData).on('end', onEnd);
}

function refuseHeaders({ headers }: IncomingMessage, limit: number): Refusal | null {
  const type = headers['content-type'];
  if (type !== 'application/json' && !isUtf8Json(type ?? '')) return REFUSALS.mediaTypeIsForeign;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return REFUSALS.bodyIsEncoded;
  return Number(headers['content-length']) > limit ? REFUSALS.bodyIsTooLarge : null;
}

function isUtf8Json(type: string): boolean {
  return /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
}

function ignore(): void {}
