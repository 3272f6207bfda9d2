// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { Condition, Contact, ContractRef, EngineRole, Lifecycle, ObjectMeta } from './shared.ts';

/**
 * How consumers read: requests (`rest`), queries (`sql`), events (`stream`) or files (`file`).
 */
export type PortType = 'rest' | 'sql' | 'stream' | 'file';

/**
 * A data product: who owns it, what it promises, where its data comes from, how it is made and stored, and through which ports it is served.
 */
export interface DataProduct {
  /**
   * Always `dappmesh.io/v1alpha1`.
   */
  apiVersion: 'dappmesh.io/v1alpha1';
  /**
   * Always `DataProduct`.
   */
  kind: 'DataProduct';
  /**
   * Kubernetes metadata (meta/v1 ObjectMeta). People write name, namespace, labels, annotations and finalizers; the API server writes the rest.
   */
  metadata: ObjectMeta;
  spec: DataProductSpec;
  status?: DataProductStatus;
}
/**
 * What the product is and what it asks for.
 */
export interface DataProductSpec {
  /**
   * Name of the Domain that the product belongs to.
   */
  domainRef: string;
  /**
   * Name of the product for people, for example `Orders`.
   */
  displayName?: string;
  owner?: Owner;
  /**
   * What the product contains, its grain and its use, in 10 to 200 words.
   */
  description?: string;
  /**
   * Version of the product as a whole, three numbers, quoted: `"1.4.0"`.
   */
  version?: string;
  /**
   * Words to find the product by.
   *
   * @maxItems 64
   */
  tags?: string[];
  /**
   * Level of service: a tier of the Mesh, for example `gold`.
   */
  tier?: string;
  /**
   * Environment of the Mesh in which this product runs, for example `prod`.
   */
  environment?: string;
  /**
   * True: the product holds personal data. Must be true when a contract of it does.
   */
  personalData?: boolean;
  /**
   * Region in which the product's data lies unless a storage entry or a server of a contract names its own.
   */
  residency?: string;
  /**
   * Where the product stands between proposal and retirement.
   */
  lifecycle?: Lifecycle;
  /**
   * Where the product's data comes from.
   *
   * @maxItems 128
   */
  inputPorts?: InputPort[];
  /**
   * Through what the product's data is served.
   *
   * @maxItems 128
   */
  outputPorts?: OutputPort[];
  /**
   * Through what the product itself is found, watched and operated.
   *
   * @maxItems 32
   */
  managementPorts?: ManagementPort[];
  model?: Model;
  /**
   * Where the product's data lies.
   *
   * @maxItems 64
   */
  storage?: Storage[];
  /**
   * What runs the product's flows and workflows.
   *
   * @maxItems 64
   */
  processing?: Processing[];
  /**
   * True stops the reconciler from building and changing what this object asks for; what exists stays. Verdicts go on.
   */
  suspend?: boolean;
}
/**
 * Who answers for the product.
 */
export interface Owner {
  /**
   * Name of a team of the Domain.
   */
  teamRef?: string;
  /**
   * How to reach the owner, the preferred way first.
   *
   * @maxItems 16
   *
   * Items: A way to reach people.
   */
  contacts?: Contact[];
}
/**
 * One source: a port of another product, or a system outside the mesh.
 */
export interface InputPort {
  /**
   * Name of the port, unique among the input ports.
   */
  name: string;
  /**
   * What is taken and what for.
   */
  description?: string;
  from: InputSource;
  /**
   * The contract version that the consumer was built against.
   */
  contractRef?: ContractRef;
  /**
   * Name of the AccessAgreement, in the provider's namespace, that allows the use.
   */
  agreementRef?: string;
}
/**
 * Either a port of a product (namespace, product, port and major) or a source system.
 */
export interface InputSource {
  /**
   * Namespace of the product that provides.
   */
  namespace?: string;
  /**
   * Name of the DataProduct that provides.
   */
  product?: string;
  /**
   * Name of its output port.
   */
  port?: string;
  /**
   * Major version of that port that this product can read, for example 1.
   */
  major?: number;
  /**
   * Name of a source system that the Mesh or the Domain lists.
   */
  sourceSystem?: string;
}
/**
 * One way to read the product's data, with the contract that says what to expect.
 */
export interface OutputPort {
  /**
   * Name of the port, unique among the output ports.
   */
  name: string;
  /**
   * What is served, its grain and its use, in 10 to 200 words.
   */
  description?: string;
  /**
   * Version of the port, three numbers, quoted: `"1.4.0"`. A new major is a new port beside the old.
   */
  version?: string;
  type?: PortType;
  /**
   * The version of one of this product's contracts that the port keeps.
   */
  contractRef?: ContractRef;
  apiSpec?: ApiSpec;
  /**
   * Who may ask for access: names of domains, `*` for every domain of the mesh, `external` for parties outside.
   *
   * @maxItems 128
   *
   * Items: A domain, `*` or `external`.
   */
  audience?: string[];
  /**
   * EngineClass that serves the port; its role is the port's type. Absent: the Mesh's default.
   */
  engineClass?: string;
  /**
   * Where the port stands between proposal and retirement. Absent: as the product.
   */
  lifecycle?: Lifecycle;
  /**
   * Parameters for the engine, as its EngineClass describes them.
   */
  parameters?: {
    [k: string]: unknown;
  };
}
/**
 * The technical description of the interface: OpenAPI for rest, AsyncAPI for stream, DataStoreAPI for sql.
 */
export interface ApiSpec {
  /**
   * Kind of document.
   */
  type: 'OpenAPI' | 'AsyncAPI' | 'DataStoreAPI';
  /**
   * Where the document is, for example `https://api.example.com/orders/openapi.json`.
   */
  url: string;
}
/**
 * One interface about the product rather than to its data.
 */
export interface ManagementPort {
  /**
   * Name of the port, unique among the management ports.
   */
  name: string;
  /**
   * What can be found out or done here.
   */
  description?: string;
  /**
   * What the port is for: finding the product, watching it or operating it.
   */
  type: 'discoverability' | 'observability' | 'control';
  /**
   * EngineClass that serves the port, of the role that is its type.
   */
  engineClass?: string;
  /**
   * Parameters for the engine, as its EngineClass describes them.
   */
  parameters?: {
    [k: string]: unknown;
  };
}
/**
 * How the product's data is made: its schemas, the flows between them, and when the flows run.
 */
export interface Model {
  /**
   * Data that the product keeps, in steps from raw to served.
   *
   * @maxItems 256
   */
  schemas?: ModelSchema[];
  /**
   * Steps that turn inputs into outputs. Together with dependsOn they form no cycle.
   *
   * @maxItems 256
   */
  flows?: Flow[];
  /**
   * When flows run, and what happens when one fails.
   *
   * @maxItems 128
   */
  workflows?: Workflow[];
}
/**
 * One step of data.
 */
export interface ModelSchema {
  /**
   * Name of the schema, for example `orders_clean`.
   */
  name: string;
  /**
   * What the data of this step is.
   */
  description?: string;
  /**
   * The contract version whose objects describe the data.
   */
  contractRef?: ContractRef;
}
/**
 * One transformation.
 */
export interface Flow {
  /**
   * Name of the flow.
   */
  name: string;
  /**
   * What the flow does.
   */
  description?: string;
  /**
   * Names of flows that run before this one.
   *
   * @maxItems 64
   *
   * Items: A name inside an object: lower-case letters, digits and hyphens, at most 63 characters (DNS-1123 label).
   */
  dependsOn?: string[];
  /**
   * What the flow reads: names of input ports and of model schemas.
   *
   * @maxItems 64
   *
   * Items: A name that data systems use: letters, digits, underscores, hyphens and dots, at most 128 characters.
   */
  inputs?: string[];
  /**
   * What the flow writes: names of model schemas and of output ports.
   *
   * @maxItems 64
   *
   * Items: A name that data systems use: letters, digits, underscores, hyphens and dots, at most 128 characters.
   */
  outputs?: string[];
  /**
   * True: the flow removes or masks what makes its inputs sensitive, so that its outputs may have a lower class.
   */
  deidentifies?: boolean;
  /**
   * The transformation as SQL, at most 64 KiB.
   */
  sql?: string;
}
/**
 * One schedule of flows.
 */
export interface Workflow {
  /**
   * Name of the workflow.
   */
  name: string;
  /**
   * What the workflow achieves.
   */
  description?: string;
  /**
   * When it runs, as a cron expression of five fields or a macro, in UTC, for example `0 3 * * *` or `@daily`.
   */
  schedule?: string;
  /**
   * Names of the flows to run, in dependency order whatever their order here.
   *
   * @maxItems 256
   *
   * Items: A name inside an object: lower-case letters, digits and hyphens, at most 63 characters (DNS-1123 label).
   */
  flows?: string[];
  /**
   * How often a failed flow is tried again, 0 to 100. Absent: 0.
   */
  retries?: number;
}
/**
 * One store.
 */
export interface Storage {
  /**
   * Name of the store, unique among the product's components.
   */
  name: string;
  /**
   * What is kept here.
   */
  description?: string;
  /**
   * What the store is for.
   */
  role: 'operational' | 'analytics' | 'object';
  /**
   * EngineClass that keeps the data; it must play the role. Absent: the Mesh's default.
   */
  engineClass?: string;
  /**
   * Region in which the data lies. Absent: the product's residency.
   */
  region?: string;
  /**
   * Space, as a Kubernetes quantity, for example `20Gi`.
   */
  size?: string;
  encryption?: Encryption;
  exposure?: Exposure;
  /**
   * Parameters for the engine, as its EngineClass describes them.
   */
  parameters?: {
    [k: string]: unknown;
  };
}
/**
 * How the data is protected from being read elsewhere.
 */
export interface Encryption {
  /**
   * True: encrypted where it is stored.
   */
  atRest?: boolean;
  /**
   * True: encrypted on the network.
   */
  inTransit?: boolean;
  /**
   * True: encrypted a second time by the infrastructure below; needed for personal data.
   */
  infrastructure?: boolean;
}
/**
 * From where the store can be reached.
 */
export interface Exposure {
  /**
   * True: reachable without authentication.
   */
  public?: boolean;
  /**
   * True: access by keys that several users share.
   */
  sharedKeys?: boolean;
  /**
   * Networks from which the store can be reached, in CIDR notation, for example `10.20.0.0/16`.
   *
   * @maxItems 128
   *
   * Items: A network of IPv4 or IPv6.
   */
  allowedNetworks?: string[];
}
/**
 * One running component.
 */
export interface Processing {
  /**
   * Name of the component, unique among the product's components.
   */
  name: string;
  /**
   * What it does.
   */
  description?: string;
  /**
   * `pipeline` runs a flow all the time, `workflow` runs flows on a schedule.
   */
  role: 'pipeline' | 'workflow';
  /**
   * EngineClass that runs it; it must play the role. Absent: the Mesh's default.
   */
  engineClass?: string;
  /**
   * For a pipeline: name of the flow of the model that it runs.
   */
  flow?: string;
  /**
   * For a workflow: name of the workflow of the model that it runs.
   */
  workflow?: string;
  /**
   * Names of storage and processing components that must be there first.
   *
   * @maxItems 64
   *
   * Items: A name inside an object: lower-case letters, digits and hyphens, at most 63 characters (DNS-1123 label).
   */
  dependsOn?: string[];
  /**
   * Parameters for the engine, as its EngineClass describes them.
   */
  parameters?: {
    [k: string]: unknown;
  };
}
/**
 * What the reconciler and the audit found out; written by them only.
 */
export interface DataProductStatus {
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
  /**
   * The engines in effect, defaults resolved.
   *
   * @maxItems 512
   */
  engines?: EngineInUse[];
  /**
   * Where the ports can be reached.
   *
   * @maxItems 512
   */
  endpoints?: Endpoint[];
  /**
   * Who uses the product, by its agreements and input ports.
   *
   * @maxItems 2048
   */
  consumers?: Consumer[];
  /**
   * Ports of other products that this product's data comes from.
   *
   * @maxItems 512
   */
  lineage?: LineageEdge[];
  /**
   * Hash over the product's contracts and flows, for example `sha256:9f86…`: the same hash, the same data product.
   */
  snapshot?: string;
}
/**
 * One component and its engine.
 */
export interface EngineInUse {
  /**
   * Name of the storage or processing entry or of the port.
   */
  name: string;
  /**
   * Role that the engine plays here.
   */
  role: EngineRole;
  /**
   * Name of the EngineClass.
   */
  engineClass: string;
}
/**
 * One port and its address.
 */
export interface Endpoint {
  /**
   * Name of the port.
   */
  port: string;
  /**
   * Type of the port, for example `rest`.
   */
  type: string;
  /**
   * Address of the port inside the cluster.
   */
  url: string;
}
/**
 * One consumer of one port.
 */
export interface Consumer {
  /**
   * Namespace of the consumer.
   */
  namespace: string;
  /**
   * Name of the consuming DataProduct.
   */
  product: string;
  /**
   * The port of this product that is used.
   */
  port: string;
  /**
   * Name of the AccessAgreement, in this product's namespace.
   */
  agreement?: string;
}
/**
 * One port read.
 */
export interface LineageEdge {
  /**
   * Namespace of the provider.
   */
  namespace: string;
  /**
   * Name of the providing DataProduct.
   */
  product: string;
  /**
   * Name of its output port.
   */
  port: string;
}
