// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { EnforcementLevel, ObjectMeta, SourceSystem, Status } from './shared.ts';

/**
 * The vocabulary and the floor of governance of one data mesh: regions, classifications, tiers, notice periods, engines, and how strictly each policy is enforced. Usually one per cluster.
 */
export interface Mesh {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `Mesh`.
   */
  kind: 'Mesh';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: MeshSpec;
  /**
   * What the reconciler and the audit found out; written by them only.
   */
  status?: Status;
}
/**
 * The vocabulary that every domain and product of the mesh uses, and the limits that all keep.
 */
export interface MeshSpec {
  /**
   * What the mesh is for and who runs it.
   */
  description?: string;
  /**
   * Regions in which data of the mesh may lie, for example `eu-central-1`. A region that is not listed is forbidden.
   *
   * @maxItems 128
   *
   * Items: A region of the Mesh, for example `eu-central-1`.
   */
  regions?: string[];
  naming?: MeshNaming;
  /**
   * Formats in which file ports may publish, for example `parquet`, `delta`, `iceberg`.
   *
   * @maxItems 64
   *
   * Items: A name that data systems use: letters, digits, underscores, hyphens and dots, at most 128 characters.
   */
  fileFormats?: string[];
  /**
   * EngineClasses that products may use, by name. Absent: all of the cluster.
   *
   * @maxItems 256
   *
   * Items: The metadata.name of another object: lower-case letters, digits, hyphens and dots, at most 253 characters (DNS-1123 subdomain).
   */
  engines?: string[];
  engineDefaults?: MeshEngineDefaults;
  /**
   * Systems outside the mesh that input ports of any domain may name as their source.
   *
   * @maxItems 256
   *
   * Items: A system outside the mesh from which products may take data.
   */
  sourceSystems?: SourceSystem[];
  /**
   * The classes of data, ordered from the least to the most sensitive. Each property of a contract has one of them.
   *
   * @maxItems 32
   */
  classifications?: Classification[];
  /**
   * Levels of service that products may promise.
   *
   * @maxItems 32
   */
  tiers?: Tier[];
  /**
   * Environments that products may name, for example `dev` and `prod`.
   *
   * @maxItems 32
   */
  environments?: Environment[];
  notice?: MeshNotice;
  limits?: MeshLimits;
  /**
   * Levels that differ from the policies' own. The mesh may tighten, or relax for a time.
   *
   * @maxItems 256
   */
  enforcement?: MeshEnforcement[];
  /**
   * Meshes of other clusters whose products may be referred to.
   *
   * @maxItems 64
   */
  peers?: MeshPeer[];
  /**
   * True stops the reconciler from building and changing what this object asks for; what exists stays. Verdicts go on.
   */
  suspend?: boolean;
}
/**
 * How products and contracts are named.
 */
export interface MeshNaming {
  /**
   * Regular expression (RE2) that metadata.name of products and contracts must match as a whole, for example `[a-z][a-z0-9-]*`.
   */
  pattern: string;
}
/**
 * The EngineClass that is used for each role when a product names none.
 */
export interface MeshEngineDefaults {
  /**
   * EngineClass for operational storage.
   */
  operational?: string;
  /**
   * EngineClass for analytical storage.
   */
  analytics?: string;
  /**
   * EngineClass for object storage.
   */
  object?: string;
  /**
   * EngineClass that runs flows.
   */
  pipeline?: string;
  /**
   * EngineClass that runs workflows.
   */
  workflow?: string;
  /**
   * EngineClass that serves REST ports.
   */
  rest?: string;
  /**
   * EngineClass that serves SQL ports.
   */
  sql?: string;
  /**
   * EngineClass that serves stream ports.
   */
  stream?: string;
  /**
   * EngineClass that serves file ports.
   */
  file?: string;
  /**
   * EngineClass for discoverability ports.
   */
  discoverability?: string;
  /**
   * EngineClass for observability ports.
   */
  observability?: string;
  /**
   * EngineClass for control ports.
   */
  control?: string;
  /**
   * EngineClass that issues the certificates of every product. Absent: products have none.
   */
  certificate?: string;
}
/**
 * One class of data.
 */
export interface Classification {
  /**
   * Name that contracts use in `classification`, for example `confidential`.
   */
  name: string;
  /**
   * What belongs to this class.
   */
  description?: string;
  /**
   * True: data of this class is personal data.
   */
  personal?: boolean;
  /**
   * True: a person must approve each agreement that gives access to this class.
   */
  manualApproval?: boolean;
  /**
   * True: no agreement may give raw analytical access to this class.
   */
  noRawAccess?: boolean;
  /**
   * The longest that data of this class may be kept, in days.
   */
  maxRetentionDays?: number;
}
/**
 * One level of service.
 */
export interface Tier {
  /**
   * Name that products use in `tier`, for example `gold`.
   */
  name: string;
  /**
   * What a product of this tier is good enough for.
   */
  description?: string;
  slo?: TierSlo;
}
/**
 * The least that contracts of a product of this tier must promise.
 */
export interface TierSlo {
  /**
   * Least availability in percent, for example 99.9.
   */
  availabilityPercent?: number;
  /**
   * Longest time in seconds from event to availability.
   */
  latencySeconds?: number;
  /**
   * Longest time in seconds between two updates.
   */
  frequencySeconds?: number;
  /**
   * Least time in days that data is kept.
   */
  retentionDays?: number;
  /**
   * Highest share of failed requests in percent.
   */
  errorRatePercent?: number;
  /**
   * Least number of requests or records per second.
   */
  throughputPerSecond?: number;
  /**
   * Longest time in seconds until a fault is noticed.
   */
  timeToDetectSeconds?: number;
  /**
   * Longest time in seconds until consumers are told of a fault.
   */
  timeToNotifySeconds?: number;
  /**
   * Longest time in seconds until a fault is repaired.
   */
  timeToRepairSeconds?: number;
}
/**
 * One environment.
 */
export interface Environment {
  /**
   * Name that products use in `environment`.
   */
  name: string;
  /**
   * True: products here serve real consumers and read only from production themselves.
   */
  production?: boolean;
}
/**
 * How long in advance consumers are told.
 */
export interface MeshNotice {
  /**
   * Least days between a deprecation and its endOfSupport, for example 90.
   */
  deprecationDays?: number;
  /**
   * Least days of notice for ending an access agreement, for example 30.
   */
  agreementDays?: number;
}
/**
 * How long exceptions and approvals may last.
 */
export interface MeshLimits {
  /**
   * Most days that a PolicyExemption may last, for example 90.
   */
  exemptionDays?: number;
  /**
   * Most days until an access agreement is reassessed, for example 365.
   */
  reassessmentDays?: number;
}
/**
 * What one policy does in this mesh at each point. A point left out keeps the policy's own level; a level below it needs `until`.
 */
export interface MeshEnforcement {
  /**
   * Code of the policy, for example `DM-QUA-001`.
   */
  code: string;
  /**
   * Level when a spec is pushed to git.
   */
  push?: EnforcementLevel;
  /**
   * Level when the API server asks.
   */
  admission?: EnforcementLevel;
  /**
   * Level when what already stands is judged again.
   */
  audit?: EnforcementLevel;
  /**
   * When a relaxation ends and the policy's own level is back, for example `2026-12-31T00:00:00Z`.
   */
  until?: string;
  /**
   * Why the level differs from the policy's own; shown beside findings.
   */
  reason?: string;
}
/**
 * One mesh in another cluster.
 */
export interface MeshPeer {
  /**
   * Name of the other mesh here.
   */
  name: string;
  /**
   * Where its catalogue is served, for example `https://mesh.example.com`.
   */
  url: string;
  /**
   * What the other mesh holds and who runs it.
   */
  description?: string;
}
