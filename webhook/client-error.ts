// What goes wrong below HTTP: slow, malformed or oversized requests. Node hands over the bare socket.

import type { Socket } from 'node:net';
import { REFUSALS, type Refusal, refusalText } from './refusals.ts';

/** Answers on the socket, closes it, and says what was refused; null where nobody can be answered. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): Refusal | null {
  const refusal = refusalOf(error.code ?? '');
  // A reset leaves nobody to talk to, and before the handshake is done an answer would wait for it for ever.
  if (refusal === null || !socket.writable) {
    socket.destroy();
    return null;
  }
  const response = toResponse(refusal, error.code === 'HPE_HEADER_OVERFLOW' ? 431 : refusal.status);
  // A client that does not read its answer must not hold the socket.
  socket.end(response, () => socket.destroySoon());
  return refusal;
}

/** Codes of Node and of its HTTP parser; all others are about TLS or the connection. */
function refusalOf(code: string): Refusal | null {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return REFUSALS.requestIsSlow;
  return code.startsWith('HPE_') ? REFUSALS.httpIsMalformed : null;
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
