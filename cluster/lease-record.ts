// The Lease as the API server has it, and the one rule by which it may be taken.

import { ApiError } from './api-error.ts';
import type { ApiRequest } from './request.ts';
import { resourcePath } from './resource-path.ts';

export interface LeaseTiming {
  /** How long others leave a lease alone that is not renewed; whole seconds in the Lease. */
  readonly durationMs: number;
  /** When a holder that could not renew counts as having lost it; well before others may take it. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

export interface LeaseRecord {
  /** Who held it when it was last seen; undefined before. */
  readonly holder: string | undefined;
  /** When the last successful renewal was sent: others count from a later moment. */
  readonly renewedAt: number;
  /** True: the lease is ours from now on. Throws what requests throw, but for being overtaken by somebody. */
  readonly acquireOrRenew: (limits: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
  }) => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/** The part of a Lease (coordination.k8s.io/v1) that the election is about. */
interface Lease {
  readonly metadata: { readonly resourceVersion: string; readonly [field: string]: unknown };
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** There is one renewal at most that can come between. */
const RELEASE_TRIES = 3;

type Limits = Pick<ApiRequest, 'signal' | 'timeoutMs'>;

export interface LeaseRecordOptions {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly timing: LeaseTiming;
  readonly now: () => number;
}

const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };

/** Looks after one Lease for one contestant. */
export function createLeaseRecord(
  cluster: { request<Answer>(request: ApiRequest): Promise<Answer> },
  { namespace, name, identity, timing, now }: LeaseRecordOptions,
): LeaseRecord {
  const collection = resourcePath(LEASES, { namespace });
  const path = resourcePath(LEASES, { namespace, name });
  let seen: Lease | undefined;
  /** By our own clock: clocks of others are not to be trusted. */
  let seenAt = 0;
  let renewedAt = Number.NEGATIVE_INFINITY;

  function note(lease: Lease | undefined): void {
    if (lease?.metadata.resourceVersion !== seen?.metadata.resourceVersion) seenAt = now();
    seen = lease;
  }
  const mayTake = (): boolean => {
    const { holderIdentity, leaseDurationSeconds = 0 } = seen?.spec ?? {};
    if (!holderIdentity || holderIdentity === identity) return true;
    return now() >= seenAt + leaseDurationSeconds * 1_000;
  };
  const look = async (limits: Limits) =>
    note(await unless([404], cluster.request<Lease>({ path, ...limits })));

  return {
    get holder() {
      return seen === undefined ? undefined : (seen.spec?.holderIdentity ?? '');
    },
    get renewedAt() {
      return renewedAt;
    },
    async acquireOrRenew(limits) {
      // A holder knows what it wrote last; everybody else has to look first.
      if (seen?.spec?.holderIdentity !== identity) await look(limits);
      if (!mayTake()) return false;
      const sentAt = now();
      const spec = nextSpec(seen?.spec, identity, timing);
      const write: ApiRequest =
        seen === undefined
          ? { method: 'POST', path: collection, body: leaseOf({ namespace, name }, spec) }
          : { method: 'PUT', path, body: leaseOf(seen.metadata, spec) };
      const written = await unless([404, 409], cluster.request<Lease>({ ...write, ...limits }));
      // Overtaken, or removed meanwhile: what is there now says whose it is.
      if (written === undefined) await look(limits);
      else {
        note(written);
        renewedAt = sentAt;
      }
      return written !== undefined;
    },
    async release() {
      renewedAt = Number.NEGATIVE_INFINITY;
      // A renewal that was cut off may have arrived, or arrive even now: the version that we know may not be the last.
      for (let tries = 0; tries < RELEASE_TRIES; tries++) {
        await look({});
        if (seen?.spec?.holderIdentity !== identity) return;
        const spec = { ...seen.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() };
        const body = leaseOf(seen.metadata, spec);
        const written = await unless([409], cluster.request<Lease>({ method: 'PUT', path, body }));
        if (written !== undefined) return note(written);
      }
      throw new Error(`the lease ${name} was overtaken ${RELEASE_TRIES} times while it was given up`);
    },
  };
}

function nextSpec(before: LeaseSpec | undefined, identity: string, timing: LeaseTiming): LeaseSpec {
  const renewTime = microTime();
  const isOurs = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(timing.durationMs / 1_000)),
    acquireTime: isOurs ? (before.acquireTime ?? renewTime) : renewTime,
    renewTime,
    leaseTransitions: before === undefined || isOurs ? transitions : transitions + 1,
  };
}

function leaseOf(metadata: object, spec: LeaseSpec): object {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

/** Gives undefined for an answer with one of these: 404, not there; 409, somebody was faster. */
async function unless<Answer>(
  statuses: readonly number[],
  asked: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && statuses.includes(error.status)) return undefined;
    throw error;
  }
}

/** As Kubernetes' MicroTime. Told to people only: nobody compares it with a clock of their own. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
