package dappmesh.governance.weighing

# METADATA
# title: Measures its object
# description: An object named heavy is told how long spec.text is.
# entrypoint: true
# custom:
#   code: DM-TST-009
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "it was measured", "details": {"text": count(input.request.object.spec.text)}} if {
	input.request.object.metadata.name == "heavy"
}
