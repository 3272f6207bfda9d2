// What a watch tells about itself: for logs and metrics, never needed to follow the objects.

export type WatchEvent =
  /** A complete list was taken; `deleted` objects were gone since the watch last knew. */
  | { readonly kind: 'listed'; readonly items: number; readonly deleted: number; readonly durationMs: number }
  | { readonly kind: 'opened'; readonly resourceVersion: string }
  | { readonly kind: 'bookmark'; readonly resourceVersion: string }
  /** The API server ended the watch, as it does every few minutes. */
  | { readonly kind: 'ended' }
  /** The resourceVersion is too old to resume from: everything is listed again. */
  | { readonly kind: 'expired'; readonly retryInMs: number }
  | {
      readonly kind: 'failed';
      readonly phase: 'list' | 'watch';
      readonly error: unknown;
      readonly retryInMs: number;
    }
  /** The handler threw; the change is offered again. */
  | {
      readonly kind: 'handler-failed';
      readonly key: string;
      readonly error: unknown;
      readonly retryInMs: number;
    };

/** The part of a pino logger that a watch needs. */
export interface WatchLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Writes one event to a log: what needs attention as a warning, the rest for those who look closer. */
export function logWatchEvent(log: WatchLog, resource: string, event: WatchEvent): void {
  switch (event.kind) {
    case 'listed': {
      const { items, deleted, durationMs } = event;
      return log.info({ resource, items, deleted, durationMs: Math.round(durationMs) }, 'resource listed');
    }
    case 'opened':
    case 'bookmark':
    case 'ended':
      return log.debug({ resource }, `watch ${event.kind}`);
    case 'expired':
      return log.info({ resource, retryInMs: event.retryInMs }, 'watch expired, listing again');
    case 'failed': {
      const { phase, error: err, retryInMs } = event;
      return log.warn({ resource, phase, err, retryInMs }, 'watch failed, trying again');
    }
    case 'handler-failed': {
      const { key, error: err, retryInMs } = event;
      return log.warn({ resource, key, err, retryInMs }, 'change handler failed, offering it again');
    }
  }
}
