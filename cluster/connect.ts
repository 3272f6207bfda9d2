// The one door to the API server.

import { type ConfigSource, loadConfig } from './config.ts';
import { createConnectionPool } from './connection-pool.ts';
import { createDiscovery, type Discover, type Discovery } from './discovery.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { listPages, type Selection } from './list.ts';
import { createObjects, type Objects } from './objects.ts';
import { type ApiRequest, type RequestContext, requestJson, requestStream } from './request.ts';

export interface Cluster extends Objects {
  /** Of the API server. */
  readonly url: string;
  /** Namespace of the context or of the pod. */
  readonly namespace: string | undefined;
  /** One request, raw JSON. Throws `ApiError` or `UnreachableError`. The type of the answer is the caller's claim. */
  request<Answer = unknown>(request: ApiRequest): Promise<Answer>;
  /** Opens a stream; reading it throws when the connection breaks or the signal is aborted. */
  stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>>;
  /** Every object of a collection. What changes all the time is better watched. */
  list(selection: Selection, options?: { signal?: AbortSignal }): Promise<KubernetesObject[]>;
  /** The resource that serves a kind. Throws `NotServedError` when there is none. */
  discover: Discover;
  /** What is known of a kind no longer holds: its definition has gone or changed. */
  forget: Discovery['forget'];
  /** Ends all connections. Watches must be stopped before, or they try to connect again. */
  close(): Promise<void>;
}

export interface ConnectOptions extends ConfigSource {
  /** Shown in audit logs of the API server. */
  readonly userAgent?: string;
  /** The clock by which certificate and token files are read again. */
  readonly now?: () => number;
  /** For metrics. */
  readonly onRequest?: RequestContext['onRequest'];
}

/** Reads the configuration and gives the door; connects on the first request. Throws where nothing is configured. */
export function connect(options: ConnectOptions = {}): Cluster {
  const config = loadConfig(options);
  const context: RequestContext = {
    url: config.cluster.server,
    pool: createConnectionPool(config, options.now),
    userAgent: options.userAgent ?? 'dappmesh',
    onRequest: options.onRequest,
  };
  const ask = (request: ApiRequest) => requestJson(context, request);
  const request = async <Answer>(what: ApiRequest) => (await ask(what)) as Answer;
  const { discover, forget } = createDiscovery(ask);
  return {
    ...createObjects(ask, discover),
    url: context.url,
    namespace: config.namespace,
    request,
    stream: what => requestStream(context, what),
    discover,
    forget,
    async list(selection, { signal } = {}) {
      const found: KubernetesObject[] = [];
      const pages = listPages({ request }, selection, signal === undefined ? {} : { signal });
      for await (const { items } of pages) found.push(...items);
      return found;
    },
    close: () => context.pool.close(),
  };
}
