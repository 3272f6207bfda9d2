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

	# Walking a set and comparing what is bound takes no memory, which would run out before the time.
	members := {i | some i in numbers.range(1, 2000)}
	stranger := 0
	some _ in members
	some _ in members
	some _ in members
	some a in members
	a == stranger
}
