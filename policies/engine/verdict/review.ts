// The one shape that every point judges: an AdmissionReview request plus `context`.
// Push and audit build theirs here, so that they ask exactly what the API server would have asked.

import type { Operation, Point } from './policy.ts';

/** A DappMesh object as raw JSON: what the API server stores, without any model in between. */
export interface MeshObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly generateName?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly [field: string]: unknown;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Who asks (authentication.k8s.io/v1 UserInfo). */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/** `request` of admission.k8s.io/v1 AdmissionReview; only what DappMesh reads. */
export interface ReviewRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: Operation;
  /** Absent at push without an identity, and at audit. */
  readonly userInfo?: UserInfo;
  readonly object: MeshObject | null;
  readonly oldObject: MeshObject | null;
  readonly dryRun?: boolean;
}

/**
 * What the host adds: nothing else about the outside world is visible to a policy. Of a contract it adds `structure`,
 * too, what the schema of ODCS finds in it (structure.ts).
 */
export interface ReviewContext {
  readonly point: Point;
  /** RFC 3339, UTC, whole seconds: `2026-01-31T12:00:00Z`. Compares as text. */
  readonly now: string;
  /** At building only, for a product: its contracts, by name. */
  readonly contracts?: readonly NamedContract[];
}

export interface NamedContract {
  readonly name: string;
  readonly spec: unknown;
}

/** A review to judge, in the two forms that are needed: parsed for the host, as text for Wasm. */
export interface Question {
  readonly request: ReviewRequest;
  /** JSON text of `{"request": …}`: the raw body at admission. It must have passed JSON.parse. */
  readonly bytes: Uint8Array;
  readonly point: Point;
  readonly now: Date;
  /** What only blueprints see: the contracts of the product that is to be built. */
  readonly contracts?: readonly NamedContract[];
  /** Milliseconds that the whole judgement may take. */
  readonly budgetMs?: number;
}

export interface ReviewParts {
  readonly object: MeshObject | null;
  readonly oldObject: MeshObject | null;
  readonly operation: Operation;
  /** Plural of the kind: `dataproducts`. */
  readonly resource: string;
  readonly userInfo?: UserInfo;
  readonly point: Point;
  readonly now: Date;
  readonly dryRun?: boolean;
  readonly contracts?: readonly NamedContract[];
}

/** Builds at push and audit the review that the API server would send. Throws TypeError without any object. */
export function buildReview(parts: ReviewParts): Question {
  const subject = parts.object ?? parts.oldObject;
  if (subject === null) throw new TypeError('a review needs an object or an old object');
  const [group = '', version = ''] = subject.apiVersion.split('/');
  const request: ReviewRequest = {
    uid: `${parts.point}/${subject.kind}/${subject.metadata.namespace ?? ''}/${subject.metadata.name}`,
    kind: { group, version, kind: subject.kind },
    resource: { group, version, resource: parts.resource },
    name: subject.metadata.name,
    ...(subject.metadata.namespace === undefined ? {} : { namespace: subject.metadata.namespace }),
    operation: parts.operation,
    ...(parts.userInfo === undefined ? {} : { userInfo: parts.userInfo }),
    object: parts.object,
    oldObject: parts.oldObject,
    dryRun: parts.dryRun ?? false,
  };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  return {
    request,
    bytes: Buffer.from(JSON.stringify(review)),
    point: parts.point,
    now: parts.now,
    ...(parts.contracts === undefined ? {} : { contracts: parts.contracts }),
  };
}

/** `2026-01-31T12:00:00Z`: how policies see time. */
export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/**
 * The text that Wasm gets: the review with `context` as its last key, so that it wins over any that came along.
 * Nothing is parsed or copied but the tail.
 */
export function reviewParts(question: Question): Uint8Array[] {
  let end = question.bytes.byteLength - 1;
  while (end > 0 && question.bytes[end] !== CLOSING_BRACE) end -= 1;
  const context: ReviewContext = {
    point: question.point,
    now: toTimestamp(question.now),
    ...(question.contracts === undefined ? {} : { contracts: question.contracts }),
  };
  return [question.bytes.subarray(0, end), Buffer.from(`,"context":${JSON.stringify(context)}}`)];
}

const CLOSING_BRACE = 0x7d;
