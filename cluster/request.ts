// Requests to the API server: raw JSON out, raw JSON in, errors with status and reason.

import { type Dispatcher, request as send } from 'undici';
import { errorOfResponse } from './api-error.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { unlessAborted } from './unless-aborted.ts';
import { UnreachableError } from './unreachable-error.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the API server: `/api/v1/namespaces/shop/secrets/x`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` by default. */
  readonly accept?: string | undefined;
  /** `application/json` by default; a patch names its kind here. */
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** For the whole request, its answer included; 30 s by default. Streams have none. */
  readonly timeoutMs?: number;
}

export interface RequestOutcome {
  readonly method: string;
  /** Absent when there was no answer. */
  readonly status?: number;
  readonly durationMs: number;
}

export interface RequestContext {
  readonly url: string;
  readonly pool: ConnectionPool;
  readonly userAgent: string;
  /** For metrics; must not throw. */
  readonly onRequest?: ((outcome: RequestOutcome) => void) | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Sends one request and gives the parsed answer, undefined for an empty one. Throws `ApiError` for an error status,
 * `UnreachableError` where no answer came, and the signal's reason when it was aborted.
 */
export async function requestJson(context: RequestContext, request: ApiRequest): Promise<unknown> {
  const deadline = new AbortController();
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const signal =
    request.signal === undefined ? deadline.signal : AbortSignal.any([request.signal, deadline.signal]);
  try {
    const response = await accepted(context, { ...request, signal }, 'requests');
    const text = await guarded({ ...request, signal }, () => response.body.text());
    return parseBody(request, text);
  } catch (error) {
    throw deadline.signal.aborted ? new UnreachableError(nameOf(request), deadline.signal.reason) : error;
  } finally {
    clearTimeout(timer);
  }
}

function parseBody(request: ApiRequest, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreachableError(`${nameOf(request)} did not answer with JSON`, error);
  }
}

/** Opens a stream and gives its bytes as they come. Throws as `requestJson` does; so does reading from it. */
export async function requestStream(
  context: RequestContext,
  request: ApiRequest,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await accepted(context, request, 'streams');
  return guardedBytes(request, response.body);
}

async function* guardedBytes(
  request: ApiRequest,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(request, error);
  }
}

/** A 401 is tried once more with credentials read anew: tokens and plugins' certificates expire. */
async function accepted(
  context: RequestContext,
  request: ApiRequest,
  kind: 'requests' | 'streams',
): Promise<Dispatcher.ResponseData> {
  const first = await exchange(context, request, kind);
  if (first.statusCode !== 401) return refuseErrors(request, first);
  await first.body.dump();
  context.pool.forget();
  return refuseErrors(request, await exchange(context, request, kind));
}

async function refuseErrors(
  request: ApiRequest,
  response: Dispatcher.ResponseData,
): Promise<Dispatcher.ResponseData> {
  const { statusCode: status, headers, body } = response;
  if (status < 400) return response;
  const header = headers['retry-after'];
  const retryAfter = Array.isArray(header) ? header[0] : header;
  const text = await guarded(request, () => body.text());
  throw errorOfResponse(nameOf(request), { status, body: text, retryAfter, now: Date.now() });
}

async function exchange(
  { url, pool, userAgent, onRequest }: RequestContext,
  request: ApiRequest,
  kind: 'requests' | 'streams',
): Promise<Dispatcher.ResponseData> {
  const startedAt = performance.now();
  const method = request.method ?? 'GET';
  const done = (status?: number) => {
    const durationMs = performance.now() - startedAt;
    onRequest?.(status === undefined ? { method, durationMs } : { method, status, durationMs });
  };
  try {
    const response = await guarded(request, async () => {
      // An exec plugin may hang, and knows no signal.
      const connection = await unlessAborted(pool.connection(), request.signal);
      return send(`${url}${request.path}${queryOf(request)}`, {
        dispatcher: connection[kind],
        method,
        headers: { ...headersOf(request), ...connection.headers, 'User-Agent': userAgent },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
    });
    done(response.statusCode);
    return response;
  } catch (error) {
    done();
    throw error;
  }
}

async function guarded<Result>(request: ApiRequest, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(request, error);
  }
}

/** The caller's own abort comes back as the caller's reason; anything else is an unreachable server. */
function failureOf(request: ApiRequest, error: unknown): unknown {
  return request.signal?.aborted === true
    ? request.signal.reason
    : new UnreachableError(nameOf(request), error);
}

function nameOf({ method = 'GET', path }: ApiRequest): string {
  return `${method} ${path}`;
}

function headersOf({ body, accept, contentType }: ApiRequest): Record<string, string> {
  const headers = { Accept: accept ?? 'application/json' };
  return body === undefined ? headers : { ...headers, 'Content-Type': contentType ?? 'application/json' };
}

function queryOf({ query }: ApiRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search.toString()}`;
}
