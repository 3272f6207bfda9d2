// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { ObjectMeta, Status } from './shared.ts';

/**
 * One policy that does not bind one object for a time, with the reason, who owns the exception and who approved it.
 */
export interface PolicyExemption {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `PolicyExemption`.
   */
  kind: 'PolicyExemption';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: PolicyExemptionSpec;
  /**
   * What the reconciler and the audit found out; written by them only.
   */
  status?: Status;
}
/**
 * Which policy, which object, why and until when.
 */
export interface PolicyExemptionSpec {
  /**
   * Code of the one policy, for example `DM-QUA-001`.
   */
  policy: string;
  target: ExemptionTarget;
  /**
   * Why the policy cannot be kept yet, and what is done about it.
   */
  reason?: string;
  /**
   * Who sees to it that the exemption ends, for example `ada@example.com`.
   */
  owner?: string;
  /**
   * Who approved it; not the owner.
   */
  approvedBy?: string;
  /**
   * When it ends, within the Mesh's limit, for example `2026-09-30T00:00:00Z`.
   */
  expires?: string;
}
/**
 * The one object that is exempt.
 */
export interface ExemptionTarget {
  /**
   * Kind of the object.
   */
  kind: 'Mesh' | 'Domain' | 'DataProduct' | 'DataContract' | 'AccessAgreement' | 'EngineClass';
  /**
   * Namespace of the object; absent for a kind that belongs to the whole cluster.
   */
  namespace?: string;
  /**
   * Name of the object.
   */
  name: string;
}
