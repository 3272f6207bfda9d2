package dappmesh.governance.denying

# METADATA
# title: Denies all
# description: Every object is denied, in the words of another revision.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: [Domain.spec.description]
violations contains {"path": ["metadata", "name"], "message": "the new revision denies all", "details": {}} if {
	input.request.object.metadata.name
}
