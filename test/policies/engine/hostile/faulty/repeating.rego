package dappmesh.governance.repeating

# METADATA
# title: Answers at length
# description: An object named repeating gets spec.text back in the details.
# entrypoint: true
# custom:
#   code: DM-TST-010
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "it was repeated", "details": {"text": input.request.object.spec.text}} if {
	input.request.object.metadata.name == "repeating"
}
