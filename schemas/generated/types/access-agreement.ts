// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { ObjectMeta, Status } from './shared.ts';

/**
 * Where the agreement stands. Only `approved` gives access.
 */
export type AgreementState = 'requested' | 'approved' | 'rejected' | 'revoked';

/**
 * A consumer's approved use of a port: who, what for, from when until when. Lives in the provider's namespace, so that the provider decides.
 */
export interface AccessAgreement {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `AccessAgreement`.
   */
  kind: 'AccessAgreement';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: AccessAgreementSpec;
  /**
   * What the reconciler and the audit found out; written by them only.
   */
  status?: Status;
}
/**
 * The two sides, the purpose and the approval.
 */
export interface AccessAgreementSpec {
  provider: AgreementProvider;
  consumer: AgreementConsumer;
  /**
   * What the data is used for; use for another purpose needs another agreement.
   */
  purpose?: string;
  /**
   * User who asked, for example `grace@example.com`.
   */
  requestedBy?: string;
  /**
   * User who approved for the provider; not the one who asked.
   */
  approvedBy?: string;
  /**
   * When it was approved, for example `2026-01-15T10:00:00Z`.
   */
  approvedAt?: string;
  state?: AgreementState;
  /**
   * From when it gives access, for example `2026-02-01T00:00:00Z`.
   */
  start?: string;
  /**
   * When access ends. Absent: not yet known. Set it when revoking.
   */
  end?: string;
  /**
   * By when both sides look at it again, within the Mesh's limit.
   */
  reassessBy?: string;
  /**
   * Days of notice before either side ends it.
   */
  noticePeriodDays?: number;
  /**
   * True: the consumer reads raw data for analysis rather than through the port's own interface.
   */
  rawAccess?: boolean;
}
/**
 * The port that may be used; its product is in the namespace of the agreement.
 */
export interface AgreementProvider {
  /**
   * Name of the providing DataProduct, in the same namespace.
   */
  product: string;
  /**
   * Name of its output port.
   */
  port: string;
  /**
   * Major version of the port that the agreement covers, for example 1.
   */
  major: number;
}
/**
 * The product that may use it.
 */
export interface AgreementConsumer {
  /**
   * Namespace of the consuming DataProduct.
   */
  namespace: string;
  /**
   * Name of the consuming DataProduct.
   */
  product: string;
}
