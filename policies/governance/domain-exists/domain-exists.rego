# METADATA
# schemas:
#   - input: schema["review-any"]
#   - data.inventory: schema.inventory
package dappmesh.governance.domain_exists

import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Domain exists
# description: A Mesh exists, a data product names a Domain of it, and a contract names a data product beside it.
# entrypoint: true
# custom:
#   code: DM-OWN-003
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: warn, audit: deny}
#   remedy: push the Mesh, Domain or product too, or correct the name
#   scope: [object, inventory]
#   inventory: [Domain.spec.meshRef, DataProduct.spec.domainRef]
violations contains violation if {
	input.request.kind.kind == "DataProduct"
	name := input.request.object.spec.domainRef
	not data.inventory.Domain[name]
	violation := {
		"path": ["spec", "domainRef"],
		"message": $"Domain {text.quoted(name)} does not exist",
		"details": {"kind": "Domain", "name": name},
	}
}

violations contains violation if {
	input.request.kind.kind == "DataProduct"
	name := vocabulary.mesh_name
	not data.inventory.Mesh[name]
	violation := {
		"path": ["spec", "domainRef"],
		"message": $"Domain {text.quoted(vocabulary.domain_name)} is part of Mesh {text.quoted(name)}, which does not exist",
		"details": {"kind": "Mesh", "name": name},
	}
}

violations contains violation if {
	input.request.kind.kind == "DataProduct"
	is_object(input.request.object)
	not vocabulary.mesh_name
	not _some_mesh
	violation := {
		"path": ["spec", "domainRef"],
		"message": "no Mesh exists",
		"details": {"kind": "Mesh"},
	}
}

violations contains violation if {
	input.request.kind.kind == "DataContract"
	name := input.request.object.spec.productRef
	namespace := input.request.namespace
	not data.inventory.DataProduct[namespace][name]
	violation := {
		"path": ["spec", "productRef"],
		"message": $"DataProduct {text.quoted(name)} does not exist in namespace {text.quoted(namespace)}",
		"details": {"kind": "DataProduct", "namespace": namespace, "name": name},
	}
}

_some_mesh if data.inventory.Mesh[_]
