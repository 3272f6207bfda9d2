package dappmesh.governance.telling

# METADATA
# title: Tells what it sees
# description: An object named telling is told the data and the context.
# entrypoint: true
# custom:
#   code: DM-TST-008
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: [DataProduct.spec.version, Domain.spec.description]
violations contains {"path": [], "message": "this is visible", "details": details} if {
	input.request.object.metadata.name == "telling"
	details := {
		"inventory": data.inventory,
		"index": data.index,
		"base": _base,
		"context": input.context,
	}
}

default _base := null

_base := data.base
