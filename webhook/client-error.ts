// What goes wrong below HTTP: slow, malformed or oversized requests. Node hands over the bare socket.

import type { Socket } from 'node:net';
import { REFUSALS, type Refusal, refusalText } from './refusals.ts';

/** Answers on the socket, closes it, and says what was refused; null if the client is gone already. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): Refusal | null {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return null;
  }
  const refusal =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? REFUSALS.requestIsSlow : REFUSALS.httpIsMalformed;
  const response = toResponse(refusal, error.code === 'HPE_HEADER_OVERFLOW' ? 431 : refusal.status);
  // A client that does not read its answer must not hold the socket.
  socket.end(response, () => socket.destroySoon());
  return refusal;
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function toResponse(refusal: Refusal, status: number): string {
  const body = refusalText(refusal);
  return [
    `HTTP/1.1 ${status} ${STATUS_TEXT[status] ?? ''}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
