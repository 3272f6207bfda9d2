// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

import type { AccessAgreement } from './access-agreement.ts';
import type { DataContract } from './data-contract.ts';
import type { DataProduct } from './data-product.ts';
import type { Domain } from './domain.ts';
import type { EngineClass } from './engine-class.ts';
import type { Mesh } from './mesh.ts';
import type { PolicyExemption } from './policy-exemption.ts';

/** The type of the objects of each kind. */
export interface ObjectsByKind {
  Mesh: Mesh;
  Domain: Domain;
  DataProduct: DataProduct;
  DataContract: DataContract;
  AccessAgreement: AccessAgreement;
  EngineClass: EngineClass;
  PolicyExemption: PolicyExemption;
}

/** Any object of DappMesh; `kind` tells which. */
export type DappMeshObject = ObjectsByKind[keyof ObjectsByKind];
