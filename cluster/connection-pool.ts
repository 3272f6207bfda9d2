// The shared connections to the API server. One TLS connection per call would cost 5 ms and a file descriptor each.

import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { ConnectionConfig } from './config.ts';
import { type Credentials, credentialsReader, type TlsMaterial } from './credentials.ts';

export interface Connection {
  /** For requests: a bounded number of kept-alive connections. */
  readonly requests: Dispatcher;
  /** For watches, each of which holds a connection for minutes: they must not starve the requests. */
  readonly streams: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ConnectionPool {
  /** The connection of the moment: rebuilt when CA or client certificate changed. */
  connection(): Promise<Connection>;
  /** Reads the credentials anew for the next request: the server did not accept the present ones. */
  forget(): void;
  /** Ends everything at once, requests and watches in flight included. */
  close(): Promise<void>;
}

/** As often as cert-manager and controller-runtime look at mounted certificates. */
const REREAD_MS = 10_000;

/** More in parallel only queue in the API server's own fair queuing. */
const REQUEST_CONNECTIONS = 16;

/** Makes the pool of one cluster; connects on first use. */
export function createConnectionPool(config: ConnectionConfig, now: () => number = Date.now): ConnectionPool {
  let read = credentialsReader(config);
  let current: { credentials: Promise<Credentials>; readAt: number } | undefined;
  let built: (Omit<Connection, 'headers'> & { fingerprint: string }) | undefined;
  // Replaced pools finish what is in flight; a watch may take minutes, so close() must find them.
  const retired = new Set<Dispatcher>();

  const credentials = (): Promise<Credentials> => {
    if (current === undefined || now() - current.readAt >= REREAD_MS) {
      const reading = read();
      current = { credentials: reading, readAt: now() };
      // Whoever waits for it is told; the next one reads anew.
      reading.catch(() => {
        if (current?.credentials === reading) current = undefined;
      });
    }
    return current.credentials;
  };

  const retire = (dispatcher: Dispatcher) => {
    retired.add(dispatcher);
    // One that fails to close is closed for all purposes: nothing is sent through it any more.
    dispatcher.close().then(
      () => retired.delete(dispatcher),
      () => retired.delete(dispatcher),
    );
  };

  return {
    async connection() {
      const { tls, headers } = await credentials();
      const fingerprint = JSON.stringify(tls);
      if (built?.fingerprint !== fingerprint) {
        if (built !== undefined) [built.requests, built.streams].forEach(retire);
        built = { ...createDispatchers(config, tls), fingerprint };
      }
      return { requests: built.requests, streams: built.streams, headers };
    },
    forget() {
      read = credentialsReader(config);
      current = undefined;
    },
    async close() {
      const open = built === undefined ? [] : [built.requests, built.streams];
      await Promise.all([...open, ...retired].map(dispatcher => dispatcher.destroy()));
    },
  };
}

function createDispatchers({ cluster }: ConnectionConfig, tls: TlsMaterial): Omit<Connection, 'headers'> {
  const { rejectUnauthorized, ...optional } = tls;
  const requestTls = { rejectUnauthorized, ...definedOnly(optional) };
  const create = (options: Agent.Options): Dispatcher => {
    // HTTP/1.1 on purpose: with one multiplexed connection, one that hangs would silence every watch at once.
    const shared = { allowH2: false, headersTimeout: 60_000, ...options };
    if (cluster.proxyUrl) return new ProxyAgent({ ...shared, uri: cluster.proxyUrl, requestTls });
    const connect = { ...requestTls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 };
    return new Agent({ ...shared, connect });
  };
  return {
    requests: create({ connections: REQUEST_CONNECTIONS, bodyTimeout: 60_000 }),
    // Silence on a watch is judged by its own watchdog.
    streams: create({ bodyTimeout: 0 }),
  };
}

function definedOnly<Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
