// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

/**
 * What a finding does: `deny` refuses, `warn` lets pass with a warning, `off` says nothing.
 */
export type EnforcementLevel = 'deny' | 'warn' | 'off';
/**
 * What a finding does where only tightening is allowed: `deny` refuses, `warn` lets pass with a warning.
 */
export type TighterEnforcementLevel = 'deny' | 'warn';
/**
 * What an engine does: keeps data (`operational`, `analytics`, `object`), processes it (`pipeline`, `workflow`) or serves a port (`rest`, `sql`, `stream`, `file`), manages the product (`discoverability`, `observability`, `control`), or issues its certificates (`certificate`).
 */
export type EngineRole =
  | 'operational'
  | 'analytics'
  | 'object'
  | 'pipeline'
  | 'workflow'
  | 'rest'
  | 'sql'
  | 'stream'
  | 'file'
  | 'discoverability'
  | 'observability'
  | 'control'
  | 'certificate';
/**
 * The phase; an update keeps it or moves one step forward in this order.
 */
export type LifecyclePhase = 'proposed' | 'draft' | 'active' | 'deprecated' | 'retired';

/**
 * A way to reach people.
 */
export interface Contact {
  /**
   * Kind of contact: an e-mail address, a chat channel, a telephone number or a page.
   */
  type: 'email' | 'chat' | 'phone' | 'url';
  /**
   * The address itself, for example `orders@example.com` or `#team-orders`.
   */
  value: string;
}
/**
 * A system outside the mesh from which products may take data.
 */
export interface SourceSystem {
  /**
   * Name by which input ports refer to the system, for example `sap-erp`.
   */
  name: string;
  /**
   * What the system holds and who runs it.
   */
  description?: string;
}
/**
 * A version of a contract, by the identity that its ODCS document states.
 */
export interface ContractRef {
  /**
   * `odcs.id` of the contract, for example `orders-v1`.
   */
  id: string;
  /**
   * `odcs.version` of the contract, for example `1.4.0`.
   */
  version: string;
}
/**
 * Where a product or port stands between proposal and retirement.
 */
export interface Lifecycle {
  phase?: LifecyclePhase;
  /**
   * `tactical` for a stop-gap that has an end date, `strategic` for what is meant to stay.
   */
  maturity?: 'tactical' | 'strategic';
  /**
   * When the deprecation was announced; who used it before that moment may go on until endOfSupport. Example `2026-06-01T00:00:00Z`.
   */
  deprecatedAt?: string;
  /**
   * Until when consumers are supported; required while deprecated, and no earlier than the notice period allows. Example `2026-12-31T00:00:00Z`.
   */
  endOfSupport?: string;
  /**
   * When serving ends. Not before endOfSupport. Example `2027-03-31T00:00:00Z`.
   */
  endOfLife?: string;
  /**
   * What to use instead: a product (`orders-v2`, in another namespace `sales/orders-v2`) or a port (`orders/events`, in another namespace `sales/orders/events`).
   */
  successorRef?: string;
  /**
   * Why it is deprecated or retired, for its consumers to read.
   */
  reason?: string;
}
/**
 * What one policy does at least, at each point where a spec can be stopped. A point left out keeps the policy's own level.
 */
export interface Enforcement {
  /**
   * Code of the policy, for example `DM-QUA-001`.
   */
  code: string;
  /**
   * Level when a spec is pushed to git.
   */
  push?: TighterEnforcementLevel;
  /**
   * Level when the API server asks.
   */
  admission?: TighterEnforcementLevel;
  /**
   * Level when what already stands is judged again.
   */
  audit?: TighterEnforcementLevel;
  /**
   * Why the level differs from the policy's own; shown beside findings.
   */
  reason?: string;
}
/**
 * One aspect of the state of the object, in the form that Kubernetes uses everywhere.
 */
export interface Condition {
  /**
   * `Ready` always; `Reconciling` or `Stalled` only while true; `Compliant` says whether every policy is content.
   */
  type: string;
  /**
   * Whether the aspect holds.
   */
  status: 'True' | 'False' | 'Unknown';
  /**
   * metadata.generation that the condition speaks about.
   */
  observedGeneration?: number;
  /**
   * When `status` last changed, RFC 3339.
   */
  lastTransitionTime: string;
  /**
   * One CamelCase word for programs, for example `DependencyNotReady`.
   */
  reason: string;
  /**
   * What is the case, for people.
   */
  message: string;
}
/**
 * What the reconciler and the audit found out; written by them only.
 */
export interface Status {
  /**
   * metadata.generation of the spec that this status answers; -1 until the first answer.
   */
  observedGeneration?: number;
  /**
   * `Ready` always, `Reconciling` and `Stalled` only while true and never both, `Compliant`.
   *
   * @maxItems 16
   *
   * Items: One aspect of the state of the object, in the form that Kubernetes uses everywhere.
   */
  conditions?: Condition[];
  /**
   * Last value of the annotation `reconcile.fluxcd.io/requestedAt` that was acted on.
   */
  lastHandledReconcileAt?: string;
}
/**
 * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
 */
export interface ObjectMeta {
  /**
   * Name of the object, unique per kind and namespace.
   */
  name: string;
  /**
   * Prefix from which the API server makes a name when `name` is absent.
   */
  generateName?: string;
  /**
   * Namespace of the object; absent on Mesh, Domain and EngineClass, which belong to the whole cluster.
   */
  namespace?: string;
  /**
   * Labels: short texts to select objects by.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Annotations: texts for people and tools, 256 KiB in all.
   */
  annotations?: {
    [k: string]: string;
  };
  /**
   * What must be done before the object may disappear.
   */
  finalizers?: string[];
  /**
   * Objects that this one disappears with (meta/v1 OwnerReference).
   *
   * Items: Any keys and values.
   */
  ownerReferences?: {
    [k: string]: unknown;
  }[];
  /**
   * Written by the API server: identity over time.
   */
  uid?: string;
  /**
   * Written by the API server: changes with each write.
   */
  resourceVersion?: string;
  /**
   * Written by the API server: changes with each write of the spec.
   */
  generation?: number;
  /**
   * Written by the API server: when the object was created, RFC 3339.
   */
  creationTimestamp?: string | null;
  /**
   * Written by the API server: when deletion was asked for, RFC 3339.
   */
  deletionTimestamp?: string | null;
  /**
   * Written by the API server: seconds between request and deletion.
   */
  deletionGracePeriodSeconds?: number;
  /**
   * Written by old API servers; no longer used.
   */
  selfLink?: string;
  /**
   * Written by the API server: which manager owns which field (meta/v1 ManagedFieldsEntry).
   *
   * Items: Any keys and values.
   */
  managedFields?: {
    [k: string]: unknown;
  }[];
}
