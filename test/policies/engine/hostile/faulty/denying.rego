package dappmesh.governance.denying

# METADATA
# title: Denies on demand
# description: Objects whose annotation says so are denied.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": ["metadata", "annotations", "deny"], "message": message, "details": {}} if {
	message := input.request.object.metadata.annotations.deny
}
