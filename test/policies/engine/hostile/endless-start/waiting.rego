package dappmesh.governance.waiting

# METADATA
# title: Never answers the canary
# description: The first review of all is evaluated for ever.
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
violations contains {"path": [], "message": "it ended", "details": {}} if {
	input.request.uid == "canary"
	range := numbers.range(1, 100000)
	some a in range
	some b in range
	some c in range
	(a + b) + c == 0
}
