package dappmesh.governance.endless

# METADATA
# title: Never ends
# description: An object named endless is evaluated for ever.
# entrypoint: true
# custom:
#   code: DM-TST-002
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "it ended", "details": {}} if {
	input.request.object.metadata.name == "endless"
	range := numbers.range(1, 100000)
	some a in range
	some b in range
	some c in range
	(a + b) + c == 0
}
