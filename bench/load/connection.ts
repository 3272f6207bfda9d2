// One kept-alive TLS connection on which requests go out as prepared bytes, one at a time.

import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { type Response, ResponseReader } from './response.ts';

/** How long a server may be silent before it counts as broken. */
const SILENCE_MS = 10_000;

export class Connection {
  readonly #socket: TLSSocket;
  readonly #reader = new ResponseReader();
  #settle: ((response: Response) => void) | undefined;

  /** `onBroken` hears of every end but that by `close`. */
  constructor(socket: TLSSocket, onBroken: (error: Error) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(SILENCE_MS, () => {
      if (this.#settle !== undefined) socket.destroy(new Error(`no answer within ${SILENCE_MS} ms`));
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', onBroken);
    socket.on('close', () => onBroken(new Error('the server closed the connection')));
  }

  /** Sends a request. The callback runs as soon as the response is complete, in the same turn. */
  send(request: Uint8Array, onResponse: (response: Response) => void): void {
    this.#settle = onResponse;
    this.#socket.write(request);
  }

  ask(request: Uint8Array): Promise<Response> {
    return new Promise(resolve => this.send(request, resolve));
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let response: Response | undefined;
    try {
      response = this.#reader.push(chunk);
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (response === undefined) return;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(response);
  }
}

/** Connects; resolves after the handshake. The certificate is the bench's own and is checked. */
export async function openConnection(
  target: { port: number; caPem: string },
  onBroken: (error: Error) => void,
): Promise<Connection> {
  const socket = connect({
    host: '127.0.0.1',
    port: target.port,
    ca: target.caPem,
    ALPNProtocols: ['http/1.1'],
  });
  await once(socket, 'secureConnect');
  return new Connection(socket, onBroken);
}
