// Objects and reviews as the tests of the engine need them.

import type { Operation, Point } from '../../../policies/engine/verdict/policy.ts';
import {
  buildReview,
  type MeshObject,
  type Question,
  reviewParts,
  type UserInfo,
} from '../../../policies/engine/verdict/review.ts';
import { kindInfo } from '../../../schemas/kinds.ts';

/** Any object of ours. */
export function meshObject(
  kind: string,
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Partial<MeshObject['metadata']> = {},
): MeshObject {
  const namespace = kindInfo(kind)?.scope === 'Cluster' ? {} : { namespace: 'sales' };
  return { apiVersion: 'dappmesh.io/v1alpha1', kind, metadata: { name, ...namespace, ...metadata }, spec };
}

export function product(
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Partial<MeshObject['metadata']> = {},
): MeshObject {
  return meshObject('DataProduct', name, spec, metadata);
}

/** A product that the bundle `hostile/faulty` denies with these words. */
export function deniedProduct(
  name: string,
  words: string,
  spec: Readonly<Record<string, unknown>> = {},
): MeshObject {
  return product(name, spec, { annotations: { deny: words } });
}

/** The text that Wasm gets for a review, in one piece. */
export function wasmInput(question: Question): Uint8Array {
  return Buffer.concat(reviewParts(question));
}

interface Circumstances {
  readonly oldObject?: MeshObject;
  readonly operation?: Operation;
  readonly point?: Point;
  readonly now?: Date;
  readonly budgetMs?: number;
  readonly userInfo?: UserInfo;
}

/** Longer than any machine is busy: a test of patience says how much there is. */
const PATIENT_MS = 120_000;

/** The review of an object: a CREATE at admission unless told otherwise; an UPDATE when there is an old object. */
export function review(object: MeshObject, circumstances: Circumstances = {}): Question {
  const { oldObject = null, point = 'admission', now = new Date('2026-06-01T00:00:00Z') } = circumstances;
  const {
    operation = oldObject === null ? 'CREATE' : 'UPDATE',
    budgetMs = PATIENT_MS,
    userInfo,
  } = circumstances;
  const question = buildReview({
    object,
    oldObject,
    operation,
    resource: kindInfo(object.kind)?.plural ?? '',
    point,
    now,
    ...(userInfo === undefined ? {} : { userInfo }),
  });
  return { ...question, budgetMs };
}
