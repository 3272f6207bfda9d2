package dappmesh.defaults.stubborn

# METADATA
# title: Contradicts itself
# description: An object named stubborn gets two values for one rule, which aborts.
# entrypoint: true
# custom:
#   code: DM-TST-020
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
additions contains {"path": ["spec", "opinion"], "value": _opinion} if {
	input.request.object.metadata.name == "stubborn"
}

_opinion := "yes" if input.request.object.metadata.name != ""

_opinion := "no" if input.request.object.metadata.name == "stubborn"
