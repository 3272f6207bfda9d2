// The settings of the TLS server, and the server itself. HTTP/1.1 only: the API server speaks HTTP/2 to
// webhooks on localhost alone, and Node's HTTP/2 lacks the timeouts below.

import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';

export interface TransportLimits {
  readonly bodyBytes: number;
  /** Of all bodies together. */
  readonly heldBytes: number;
  readonly keepAliveMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkEveryMs: number;
  readonly handshakeMs: number;
  readonly connections: number;
}

export const TRANSPORT_LIMITS: TransportLimits = Object.freeze({
  // The API server takes 3 MiB; a review carries the object, the old object and its envelope.
  bodyBytes: 7 * 1024 * 1024,
  // Read and not yet answered; eighteen of the largest, thousands of the usual.
  heldBytes: 128 * 1024 * 1024,
  // The API server keeps idle connections for 90 s and does not repeat a POST that meets a closing one.
  keepAliveMs: 110_000,
  headersMs: 2_000,
  // Below the webhook's timeout of 5 s.
  requestMs: 3_000,
  // Node looks at the two timeouts above only this often.
  checkEveryMs: 500,
  handshakeMs: 3_000,
  // 25 idle connections for each API server replica, and room for a burst.
  connections: 1_000,
});

/** What a secure context is made of. Every swap passes all of it: Node drops what is left out. */
export interface ServingIdentity {
  readonly cert: string;
  readonly key: string;
}

/** Who may call, when callers must show a certificate. */
export interface CallerRule {
  readonly caPem: string;
  readonly names: readonly string[];
}

const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** The whole TLS identity: certificate, floor, ciphers and, if callers are checked, their authority. */
export function secureContextOptions(identity: ServingIdentity, callers?: CallerRule): SecureContextOptions {
  return {
    cert: identity.cert,
    key: identity.key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    ...(callers === undefined ? {} : { ca: callers.caPem }),
  };
}

/** An HTTPS server that has every timeout and bound set. It does not listen. */
export function createTlsServer(
  listener: RequestListener,
  identity: ServingIdentity,
  callers: CallerRule | undefined,
  limits: TransportLimits,
): Server {
  const options: ServerOptions = {
    ...secureContextOptions(identity, callers),
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: limits.handshakeMs,
    keepAliveTimeout: limits.keepAliveMs,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    requestCert: callers !== undefined,
    rejectUnauthorized: callers !== undefined,
  };
  const server = createServer(options, listener);
  server.maxConnections = limits.connections;
  if (callers !== undefined) server.on('secureConnection', socket => dropUnknownCaller(socket, callers));
  return server;
}

/** A certificate of the right authority is not enough: many things hold one. */
function dropUnknownCaller(socket: TLSSocket, callers: CallerRule): void {
  const names = [socket.getPeerCertificate().subject?.CN ?? []].flat();
  if (!names.some(name => callers.names.includes(name))) socket.destroy();
}
