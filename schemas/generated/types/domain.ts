// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { Contact, Enforcement, ObjectMeta, SourceSystem, Status } from './shared.ts';

/**
 * A business domain: its namespaces, its teams and their groups, who approves for it, where its data may lie, what it tightens.
 */
export interface Domain {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `Domain`.
   */
  kind: 'Domain';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: DomainSpec;
  /**
   * What the reconciler and the audit found out; written by them only.
   */
  status?: Status;
}
/**
 * What belongs to the domain and who answers for it.
 */
export interface DomainSpec {
  /**
   * Name of the Mesh that the domain belongs to.
   */
  meshRef: string;
  /**
   * What the business domain does and which data it answers for.
   */
  description?: string;
  /**
   * Namespaces of the domain, at least one. A namespace belongs to exactly one domain.
   *
   * @minItems 1
   * @maxItems 128
   *
   * Items: A name inside an object: lower-case letters, digits and hyphens, at most 63 characters (DNS-1123 label).
   */
  namespaces: string[];
  /**
   * Groups whose members may write products and contracts of the domain, for example `oidc:sales-owners`.
   *
   * @maxItems 64
   *
   * Items: A user or group as the API server authenticates it, for example `oidc:sales-owners`; at most 256 characters.
   */
  ownerGroups?: string[];
  /**
   * Teams that own products of the domain.
   *
   * @maxItems 128
   */
  teams?: Team[];
  approvers?: Approvers;
  syncServiceAccount?: ServiceAccountRef;
  /**
   * Regions in which data of the domain may lie; a subset of the Mesh's. Absent: all of the Mesh's.
   *
   * @maxItems 128
   *
   * Items: A region of the Mesh, for example `eu-central-1`.
   */
  regions?: string[];
  /**
   * Who pays for the domain, for example `cc-4711`. Becomes a label of its products, so it has the form of a label value.
   */
  costCentre?: string;
  quota?: Quota;
  /**
   * Systems outside the mesh that input ports of this domain may name as their source, besides the Mesh's.
   *
   * @maxItems 256
   *
   * Items: A system outside the mesh from which products may take data.
   */
  sourceSystems?: SourceSystem[];
  /**
   * Levels that differ from the Mesh's. A domain may only tighten.
   *
   * @maxItems 256
   *
   * Items: What one policy does at least, at each point where a spec can be stopped. A point left out keeps the policy's own level.
   */
  enforcement?: Enforcement[];
  /**
   * True stops the reconciler from building and changing what this object asks for; what exists stays. Verdicts go on.
   */
  suspend?: boolean;
}
/**
 * One team.
 */
export interface Team {
  /**
   * Name that products use in `owner.teamRef`.
   */
  name: string;
  /**
   * What the team does.
   */
  description?: string;
  /**
   * Groups whose members make up the team, for example `oidc:orders-developers`.
   *
   * @maxItems 32
   *
   * Items: A user or group as the API server authenticates it, for example `oidc:sales-owners`; at most 256 characters.
   */
  groups?: string[];
  /**
   * How to reach the team, the preferred way first.
   *
   * @maxItems 16
   *
   * Items: A way to reach people.
   */
  contacts?: Contact[];
}
/**
 * Who approves access to the domain's data besides its owner groups.
 */
export interface Approvers {
  /**
   * Groups whose members may approve.
   *
   * @maxItems 64
   *
   * Items: A user or group as the API server authenticates it, for example `oidc:sales-owners`; at most 256 characters.
   */
  groups?: string[];
  /**
   * Users who may approve, for example `ada@example.com`.
   *
   * @maxItems 256
   *
   * Items: A user or group as the API server authenticates it, for example `oidc:sales-owners`; at most 256 characters.
   */
  users?: string[];
}
/**
 * The ServiceAccount under which a GitOps tool applies the domain's objects (Flux `spec.serviceAccountName`).
 */
export interface ServiceAccountRef {
  /**
   * Namespace of the ServiceAccount.
   */
  namespace: string;
  /**
   * Name of the ServiceAccount.
   */
  name: string;
}
/**
 * What each namespace of the domain may have at most.
 */
export interface Quota {
  /**
   * Pods. Absent: 500.
   */
  pods?: number;
  /**
   * Claims of volumes. Absent: 200.
   */
  volumes?: number;
  /**
   * CPU that containers ask for, all together. Absent: `100`.
   */
  cpu?: string;
  /**
   * Memory that containers ask for, all together. Absent: `400Gi`.
   */
  memory?: string;
  /**
   * Storage that volumes ask for, all together. Absent: `20Ti`.
   */
  storage?: string;
}
