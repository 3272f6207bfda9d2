// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { ObjectMeta, Status } from './shared.ts';

/**
 * Who is protected when a version differs from the one before: existing consumers reading new data (`Consumers`), new consumers reading retained data (`History`), `Both` or nobody (`None`). With `Transitive`: against all versions of the major.
 */
export type Compatibility =
  'Consumers' | 'History' | 'Both' | 'None' | 'ConsumersTransitive' | 'HistoryTransitive' | 'BothTransitive';

/**
 * One version of one contract of a data product: an Open Data Contract Standard document verbatim, and how its successors may differ.
 */
export interface DataContract {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `DataContract`.
   */
  kind: 'DataContract';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: DataContractSpec;
  /**
   * What the reconciler and the audit found out; written by them only.
   */
  status?: Status;
}
/**
 * The contract and the rules for its next versions.
 */
export interface DataContractSpec {
  /**
   * Name of the DataProduct, in the same namespace, whose contract this is.
   */
  productRef: string;
  compatibility?: Compatibility;
  /**
   * Days between a deprecation of this contract and its end of support; not less than the Mesh's.
   */
  noticePeriodDays?: number;
  statements?: ContractStatements;
  privacyApproval?: PrivacyApproval;
  /**
   * The contract: an Open Data Contract Standard document, v2.2.0 to v3.2.0, verbatim and never changed by DappMesh. Its structure is judged by policy DM-VER-008.
   */
  odcs: {
    [k: string]: unknown;
  };
}
/**
 * What the owner states about a change that no program can judge.
 */
export interface ContractStatements {
  /**
   * True: the changed usage and limitations allow all that they allowed before.
   */
  termsNotNarrowed?: boolean;
  /**
   * True: the changed granularity, partitioning or transformation leaves the meaning of the data as it was.
   */
  meaningUnchanged?: boolean;
}
/**
 * Approval for lowering a classification or for setting it for the first time.
 */
export interface PrivacyApproval {
  /**
   * Who approved, for example `dpo@example.com`.
   */
  approvedBy: string;
  /**
   * When, for example `2026-05-01T09:00:00Z`.
   */
  approvedAt: string;
  /**
   * Why the lower class is right.
   */
  reason: string;
}
