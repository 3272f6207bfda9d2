# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.governance.identity_immutable

import data.dappmesh.governance.lib.text

# METADATA
# title: Identity stays
# description: The Domain and name of a data product, and the product and ODCS id of a contract, never change.
# entrypoint: true
# custom:
#   code: DM-OWN-009
#   kinds: [DataProduct, DataContract]
#   operations: [UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: "off"}
#   remedy: create a new object, deprecate the old one
#   scope: [object, old]
#   inventory: []
violations contains violation if {
	input.request.operation == "UPDATE"
	some part in _identity
	part.before != part.after
	violation := {
		"path": part.path,
		"message": $"it was {text.quoted(part.before)} and is now {text.quoted(part.after)}",
		"details": {"before": part.before, "after": part.after},
	}
}

# What was not set before may be set; what was set may not be taken away, so the new value counts as null then.
_identity contains {
	"path": ["metadata", "name"],
	"before": input.request.oldObject.metadata.name,
	"after": object.get(input.request.object, ["metadata", "name"], null),
}

_identity contains {
	"path": ["spec", "domainRef"],
	"before": input.request.oldObject.spec.domainRef,
	"after": object.get(input.request.object, ["spec", "domainRef"], null),
} if {
	input.request.kind.kind == "DataProduct"
}

# A contract carries the product's name in `productRef`.
_identity contains {
	"path": ["spec", "productRef"],
	"before": input.request.oldObject.spec.productRef,
	"after": object.get(input.request.object, ["spec", "productRef"], null),
} if {
	input.request.kind.kind == "DataContract"
}

_identity contains {
	"path": ["spec", "odcs", "id"],
	"before": input.request.oldObject.spec.odcs.id,
	"after": object.get(input.request.object, ["spec", "odcs", "id"], null),
} if {
	input.request.kind.kind == "DataContract"
}
