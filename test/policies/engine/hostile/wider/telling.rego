package dappmesh.governance.telling

# METADATA
# title: Tells what it sees
# description: Every object is told the data, with a field that the other bundles do not read.
# entrypoint: true
# custom:
#   code: DM-TST-008
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: [DataProduct.spec.version, DataProduct.spec.displayName]
violations contains {"path": [], "message": "this is visible", "details": {"inventory": data.inventory}} if {
	input.request.object.metadata.name
}
