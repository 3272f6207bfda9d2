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
    "slug": "policy-exemption"
  }
] as const;
