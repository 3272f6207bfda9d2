// Hands changes to the handler, one at a time, and remembers what the handler has accepted.
// Only that counts as known, so a change that the handler threw at is offered again until it is taken or superseded.

import type { Backoff } from './backoff.ts';
import { type KubernetesObject, keyOf } from './kubernetes-object.ts';

export interface Change {
  readonly type: 'applied' | 'deleted';
  /**
   * Raw JSON without `managedFields`. Of an object that vanished unseen, only apiVersion, kind, name, namespace,
   * uid and its last known resourceVersion.
   */
  readonly object: KubernetesObject;
  /** `list`: it was there when the list was taken, which may be long ago. */
  readonly origin: 'list' | 'watch';
}

export interface Delivery {
  /** Delivers what is new in it. Settles when the handler is through, successful or not; never rejects. */
  deliver(changes: readonly Change[]): Promise<void>;
  /** Delivers the deletion of everything known that is not among `keys`. Gives how many that were. */
  deleteAllBut(keys: ReadonlySet<string>): Promise<number>;
  /** How many changes the handler has not taken yet. */
  readonly failing: number;
  stop(): void;
}

export interface DeliveryDeps {
  readonly handle: (change: Change) => void | Promise<void>;
  readonly backoff: Backoff;
  readonly onFailure: (failure: { key: string; error: unknown; retryInMs: number }) => void;
}

/** Makes the delivery of one watch. */
export function createDelivery({ handle, backoff, onFailure }: DeliveryDeps): Delivery {
  const known = new Map<string, KubernetesObject>();
  const failed = new Map<string, Change>();
  // Changes of one object must not overtake each other, and a retry comes from a timer: everything queues here.
  let tail: Promise<void> = Promise.resolve();
  let retry: { timer: NodeJS.Timeout; inMs: number } | undefined;
  let stopped = false;

  const enqueue = (work: () => Promise<void>): Promise<void> => {
    tail = tail.then(work);
    return tail;
  };

  const offer = async (change: Change): Promise<void> => {
    const key = keyOf(change.object.metadata);
    if (stopped || isKnown(change, known.get(key), failed.has(key))) return;
    try {
      const pending = handle(change);
      // Most handlers are synchronous, and a list may be long.
      if (pending !== undefined) await pending;
    } catch (error) {
      failed.set(key, change);
      onFailure({ key, error, retryInMs: scheduleRetry() });
      return;
    }
    failed.delete(key);
    if (failed.size === 0) backoff.reset();
    if (change.type === 'deleted') known.delete(key);
    else known.set(key, identityOf(change.object));
  };

  /** One timer for all that failed, or a thousand failures of one list would count as a thousand attempts. */
  const scheduleRetry = (): number => {
    if (retry !== undefined) return retry.inMs;
    const inMs = backoff.next();
    const again = () => {
      retry = undefined;
      void enqueue(() => offerAll([...failed.values()]));
    };
    retry = { timer: setTimeout(again, inMs), inMs };
    return inMs;
  };

  const offerAll = async (changes: readonly Change[]): Promise<void> => {
    for (const change of changes) await offer(change);
  };

  return {
    deliver: changes => enqueue(() => offerAll(changes)),
    async deleteAllBut(keys) {
      const seen = new Map([
        ...[...failed].map(([key, change]) => [key, identityOf(change.object)] as const),
        ...known,
      ]);
      const gone = [...seen].filter(([key]) => !keys.has(key)).map(([, object]) => object);
      await enqueue(() => offerAll(gone.map(object => ({ type: 'deleted', object, origin: 'list' }))));
      return gone.length;
    },
    get failing() {
      return failed.size;
    },
    stop() {
      stopped = true;
      clearTimeout(retry?.timer);
    },
  };
}

/** The same version again, as a list or a resumed watch brings it. Not while a later change still fails. */
function isKnown({ type, object }: Change, known: KubernetesObject | undefined, failing: boolean): boolean {
  if (failing) return false;
  if (type === 'deleted') return known === undefined;
  const { uid, resourceVersion } = object.metadata;
  return (
    known !== undefined && known.metadata.uid === uid && known.metadata.resourceVersion === resourceVersion
  );
}

/** Little enough to keep for a hundred thousand objects. */
function identityOf({ apiVersion, kind, metadata }: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion } = metadata;
  const optional = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  return { apiVersion, kind, metadata: { name, ...optional } };
}
