// A client that can do what no proper HTTP client would.

import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { authority } from './inject-server.ts';

export interface RawClient {
  readonly socket: TLSSocket;
  write(text: string | Buffer): void;
  /** Everything received so far, once it fits. Rejects when the connection ends before. */
  received(fits: (text: string) => boolean): Promise<string>;
  /** Everything received until the other side closed. */
  readonly closed: Promise<string>;
  end(): void;
}

/** Connects with a handshake that trusts the test authority. */
export async function connectRaw(port: number, options: ConnectionOptions = {}): Promise<RawClient> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority.certPem,
    ...options,
  });
  let text = '';
  socket.on('data', chunk => {
    text += chunk.toString('latin1');
  });
  const closed = new Promise<string>(resolve => socket.once('close', () => resolve(text)));
  // A reset is one of the ways in which a server closes.
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return {
    socket,
    closed,
    write: data => void socket.write(data),
    async received(fits) {
      while (!fits(text)) {
        if (socket.closed) throw new Error(`closed after: ${text}`);
        await Promise.race([once(socket, 'data').catch(() => closed), closed]);
      }
      return text;
    },
    end: () => socket.destroy(),
  };
}

/** A POST as the API server writes it. */
export function post(body: string, headers: readonly string[] = [], path = '/validate?timeout=5s'): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'User-Agent: kube-apiserver-admission',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** How many complete answers with a verdict are in the text. */
export function verdicts(text: string): number {
  return text.match(/"allowed":(true|false)/g)?.length ?? 0;
}
