package dappmesh.governance.slow

# METADATA
# title: Takes its time
# description: An object named slow keeps the thread for as many rounds as spec.rounds says.
# entrypoint: true
# custom:
#   code: DM-TST-011
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "it took long", "details": {}} if {
	input.request.object.metadata.name == "slow"
	sum([1 | some _ in numbers.range(1, input.request.object.spec.rounds)]) > 0
}
