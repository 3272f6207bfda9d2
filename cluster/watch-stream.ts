// One watch request: a stream of typed lines, guarded against silence.

import { errorOfStatus } from './api-error.ts';
import { readLines } from './json-lines.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { acceptOf, type Selection } from './list.ts';
import type { ApiRequest } from './request.ts';
import { resourcePath } from './resource-path.ts';

export type WatchLine =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubernetesObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** No event and no bookmark for longer than the watch was to last: a connection that is only open on our side. */
export class SilentWatchError extends Error {
  override readonly name = 'SilentWatchError';

  constructor(idleMs: number) {
    super(`nothing came for ${idleMs} ms`);
  }
}

/** A line that is not what the watch protocol allows. */
export class MalformedWatchError extends Error {
  override readonly name = 'MalformedWatchError';
}

export interface WatchStreamOptions {
  readonly resourceVersion: string;
  /** When the API server is to end the watch by itself. */
  readonly timeoutSeconds: number;
  readonly idleMs: number;
  readonly maxLineBytes: number;
  readonly signal: AbortSignal;
  /** Called once the API server has accepted the watch. */
  readonly onOpen: () => void;
}

/**
 * Gives the lines of one watch and returns when the API server ends it. Throws `ApiError` (also for an ERROR event),
 * `UnreachableError`, `SilentWatchError`, `MalformedWatchError`, `LineTooLongError`, or the signal's reason.
 */
export async function* openWatch(
  cluster: { stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>> },
  selection: Selection,
  options: WatchStreamOptions,
): AsyncGenerator<WatchLine> {
  const ending = new AbortController();
  const silent = () => ending.abort(new SilentWatchError(options.idleMs));
  const watchdog = setTimeout(silent, options.idleMs);
  try {
    const signal = AbortSignal.any([options.signal, ending.signal]);
    const request = requestOf(selection, options, signal);
    const bytes = await cluster.stream(request);
    options.onOpen();
    const limits = { maxBytes: options.maxLineBytes, onBytes: () => watchdog.refresh() };
    for await (const line of readLines(bytes, limits)) yield parseLine(line, request.path);
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    clearTimeout(watchdog);
    // Whoever leaves early leaves a stream behind: this closes it.
    ending.abort();
  }
}

function requestOf(selection: Selection, options: WatchStreamOptions, signal: AbortSignal): ApiRequest {
  const { resource, namespace, labelSelector } = selection;
  const { resourceVersion, timeoutSeconds } = options;
  const scope = { labelSelector, resourceVersion, timeoutSeconds };
  const query = { watch: true, allowWatchBookmarks: true, ...scope };
  return { path: resourcePath(resource, { namespace }), query, accept: acceptOf(selection), signal };
}

function parseLine(line: string, path: string): WatchLine {
  const event = parseJson(line);
  if (event.type === 'ERROR') throw errorOfStatus(`watch of ${path}`, event.object);
  const { object } = event;
  if (!isObjectWithVersion(object))
    throw new MalformedWatchError('an event without an object and its version');
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type: event.type, object };
    case 'BOOKMARK':
      return { type: 'BOOKMARK', resourceVersion: object.metadata.resourceVersion };
    default:
      throw new MalformedWatchError(`an event of the unknown type ${JSON.stringify(event.type)}`);
  }
}

function parseJson(line: string): { type?: unknown; object?: unknown } {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (cause) {
    throw new MalformedWatchError('a line that is not JSON', { cause });
  }
  throw new MalformedWatchError('a line that is not an event');
}

type Versioned = KubernetesObject & { readonly metadata: { readonly resourceVersion: string } };

function isObjectWithVersion(value: unknown): value is Versioned {
  if (typeof value !== 'object' || value === null) return false;
  const { metadata } = value as { metadata?: { resourceVersion?: unknown } };
  return typeof metadata?.resourceVersion === 'string';
}
