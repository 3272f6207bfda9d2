package dappmesh.governance.chatty

# METADATA
# title: Many violations
# description: An object named chatty has as many violations as spec.violations says.
# entrypoint: true
# custom:
#   code: DM-TST-007
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": ["spec", i], "message": "there is one more", "details": {}} if {
	input.request.object.metadata.name == "chatty"
	some i in numbers.range(1, input.request.object.spec.violations)
}
