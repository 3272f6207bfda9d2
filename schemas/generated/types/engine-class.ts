// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { EngineRole, ObjectMeta } from './shared.ts';

/**
 * An engine that can play a role, as a StorageClass is to a disk: a blueprint that builds it and its parameters. Has no status: nobody waits for it.
 */
export interface EngineClass {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `EngineClass`.
   */
  kind: 'EngineClass';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: EngineClassSpec;
}
/**
 * The role, what builds it, and with which parameters.
 */
export interface EngineClassSpec {
  /**
   * What an engine does: keeps data (`operational`, `analytics`, `object`), processes it (`pipeline`, `workflow`) or serves a port (`rest`, `sql`, `stream`, `file`), manages the product (`discoverability`, `observability`, `control`), or issues its certificates (`certificate`).
   */
  role: EngineRole;
  /**
   * Name of the blueprint that says which Kubernetes objects the engine consists of, for example `embedded-postgres`.
   */
  blueprint: string;
  /**
   * What the engine is good for, what it costs, who runs it.
   */
  description?: string;
  /**
   * Parameters of the blueprint that hold for every use of the class.
   */
  parameters?: {
    [k: string]: unknown;
  };
  /**
   * JSON Schema of the `parameters` that a product may set where it names this class.
   */
  parametersSchema?: {
    [k: string]: unknown;
  };
}
