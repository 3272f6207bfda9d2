// Generated from the JSON Schemas by schemas/generate.ts; do not edit.

export const KIND_TABLE = [
  {
    "kind": "Mesh",
    "plural": "meshes",
    "singular": "mesh",
    "scope": "Cluster",
    "shortNames": [
      "mesh"
    ],
    "schemaFile": "schemas/mesh.schema.json",
    "slug": "mesh"
  },
  {
    "kind": "Domain",
    "plural": "domains",
    "singular": "domain",
    "scope": "Cluster",
    "shortNames": [
      "domain"
    ],
    "schemaFile": "schemas/domain.schema.json",
    "slug": "domain"
  },
  {
    "kind": "DataProduct",
    "plural": "dataproducts",
    "singular": "dataproduct",
    "scope": "Namespaced",
    "shortNames": [
      "dp",
      "product"
    ],
    "schemaFile": "schemas/data-product.schema.json",
    "slug": "data-product"
  },
  {
    "kind": "DataContract",
    "plural": "datacontracts",
    "singular": "datacontract",
    "scope": "Namespaced",
    "shortNames": [
      "dc",
      "contract"
    ],
    "schemaFile": "schemas/data-contract.schema.json",
    "slug": "data-contract"
  },
  {
    "kind": "AccessAgreement",
    "plural": "accessagreements",
    "singular": "accessagreement",
    "scope": "Namespaced",
    "shortNames": [
      "agreement"
    ],
    "schemaFile": "schemas/access-agreement.schema.json",
    "slug": "access-agreement"
  },
  {
    "kind": "EngineClass",
    "plural": "engineclasses",
    "singular": "engineclass",
    "scope": "Cluster",
    "shortNames": [
      "engine"
    ],
    "schemaFile": "schemas/engine-class.schema.json",
    "slug": "engine-class"
  },
  {
    "kind": "PolicyExemption",
    "plural": "policyexemptions",
    "singular": "policyexemption",
    "scope": "Namespaced",
    "shortNames": [
      "exemption"
    ],
    "schemaFile": "schemas/policy-exemption.schema.json",
    "slug": "policy-exemption"
  }
] as const;
