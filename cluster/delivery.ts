// Hands changes to the handler, one at a time, and remembers what the handler has accepted.
// Only that counts as known, so a change that the handler threw at is offered again until it is taken or superseded.

import { hash } from 'node:crypto';
import type { Backoff } from './backoff.ts';
import { type KubernetesObject, keyOf } from './kubernetes-object.ts';

export interface Change {
  readonly type: 'applied' | 'deleted';
  /**
   * Raw JSON without `managedFields`. Of an object that vanished unseen, only apiVersion, kind, name and namespace.
   */
  readonly object: KubernetesObject;
  /** `list`: it was there when the list was taken, which may be long ago. */
  readonly origin: 'list' | 'watch';
  /** `managedFields`, before they were dropped, showed that the manager of the watch's options applied the object. */
  readonly ours: boolean;
}

export interface Delivery {
  /** Delivers what is new in it. Settles when the handler is through, successful or not; never rejects. */
  deliver(changes: readonly Change[]): Promise<void>;
  /** Delivers the deletion of everything known that is not among `keys`. Gives how many that were. */
  deleteAllBut(keys: ReadonlySet<string>): Promise<number>;
  /** From now on every object is news again, also in the version that was delivered. */
  forget(): void;
  /** How many changes the handler has not taken yet. */
  readonly failing: number;
  stop(): void;
}

export interface DeliveryDeps {
  readonly handle: (change: Change) => void | Promise<void>;
  readonly backoff: Backoff;
  readonly onFailure: (failure: { key: string; error: unknown; retryInMs: number }) => void;
}

/** 48 bits of a digest of uid and resourceVersion: little enough to keep for some hundred thousand objects. */
type Fingerprint = number;
/** No object's. */
const FORGOTTEN: Fingerprint = -1;
type ObjectType = Pick<KubernetesObject, 'apiVersion' | 'kind'>;

/** Makes the delivery of one watch. */
export function createDelivery({ handle, backoff, onFailure }: DeliveryDeps): Delivery {
  const known = new Map<string, Fingerprint>();
  let type: ObjectType = { apiVersion: '', kind: '' };
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
    const fingerprint = change.type === 'deleted' ? undefined : fingerprintOf(change.object);
    // The same version again, as a list or a resumed watch brings it. Not while a later change still fails.
    if (stopped || (known.get(key) === fingerprint && !failed.has(key))) return;
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
    if (fingerprint === undefined) known.delete(key);
    else known.set(key, fingerprint);
    type = change.object;
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
      const gone = [...known.keys()].filter(key => !keys.has(key)).map(key => toObject(type, key));
      for (const [key, { object }] of failed) {
        if (!known.has(key) && !keys.has(key)) gone.push(toObject(object, key));
      }
      await enqueue(() =>
        offerAll(gone.map(object => ({ type: 'deleted', object, origin: 'list', ours: false }))),
      );
      return gone.length;
    },
    forget() {
      for (const key of known.keys()) known.set(key, FORGOTTEN);
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

function fingerprintOf({ metadata: { uid = '', resourceVersion = '' } }: KubernetesObject): Fingerprint {
  return hash('sha1', `${uid}/${resourceVersion}`, 'buffer').readUIntBE(0, 6);
}

/** What is known of an object that vanished unseen. All of one collection have one type. */
function toObject({ apiVersion, kind }: ObjectType, key: string): KubernetesObject {
  const [name = '', namespace] = key.split('/').toReversed();
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}
