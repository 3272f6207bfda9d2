# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.governance.residency

import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Residency
# description: Every server and storage region is in the lists of both the Mesh and the Domain; a server without a region takes the product's residency.
# entrypoint: true
# custom:
#   code: DM-SEC-001
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: critical
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: move it to a region listed
#   scope: [object, inventory]
#   inventory: [Mesh.spec.regions, Domain.spec.regions, Domain.spec.meshRef, DataProduct.spec.domainRef, DataProduct.spec.residency]
violations contains _forbidden(["spec", "residency"], "residency", region) if {
	input.request.kind.kind == "DataProduct"
	region := input.request.object.spec.residency
	not region in _allowed
}

violations contains _forbidden(["spec", "storage", i, "region"], "region", region) if {
	input.request.kind.kind == "DataProduct"
	some i, storage in input.request.object.spec.storage
	region := storage.region
	not region in _allowed
}

violations contains _forbidden(["spec", "odcs", "servers", i, field], "region", region) if {
	input.request.kind.kind == "DataContract"
	some i, server in input.request.object.spec.odcs.servers
	some field in ["region", "regionName"]
	region := server[field]
	not region in _allowed
}

# Server types without a field for it carry the region as a custom property.
violations contains _forbidden(["spec", "odcs", "servers", i, "customProperties", j, "value"], "region", region) if {
	input.request.kind.kind == "DataContract"
	some i, server in input.request.object.spec.odcs.servers
	some j, property in server.customProperties
	_names_region(property)
	region := property.value
	not region in _allowed
}

violations contains _forbidden(["spec", "odcs", "servers", i], "no region is set, and the product's residency", region) if {
	input.request.kind.kind == "DataContract"
	some i, server in input.request.object.spec.odcs.servers
	not _has_region(server)
	region := vocabulary.product.spec.residency
	not region in _allowed
}

_forbidden(path, what, region) := {
	"path": path,
	"message": $"{what} {text.quoted(region)} is not allowed in Domain {domain}; allowed: {text.listed(_allowed)}",
	"details": {"region": region, "allowed": _allowed},
} if {
	domain := text.quoted(vocabulary.domain_name)
}

_has_region(server) if server.region

_has_region(server) if server.regionName

_has_region(server) if {
	some property in server.customProperties
	_names_region(property)
}

_names_region(property) if lower(trim_space(property.property)) == "region"

# A list that is not there restricts nothing. Without a Domain all of this is undefined and the policy silent.
_allowed := _mesh & _domain

_allowed := _mesh if {
	vocabulary.domain
	not _domain
}

_allowed := _domain if not _mesh

_mesh := {region | some region in vocabulary.mesh.spec.regions} if vocabulary.mesh.spec.regions

_domain := {region | some region in vocabulary.domain.spec.regions} if vocabulary.domain.spec.regions
