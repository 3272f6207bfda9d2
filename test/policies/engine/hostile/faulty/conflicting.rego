package dappmesh.governance.conflicting

# METADATA
# title: Contradicts itself
# description: An object named conflict gets two values for one rule, which aborts.
# entrypoint: true
# custom:
#   code: DM-TST-004
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": _opinion, "details": {}} if {
	input.request.object.metadata.name == "conflict"
}

_opinion := "yes" if input.request.object.metadata.name != ""

_opinion := "no" if input.request.object.metadata.name == "conflict"
