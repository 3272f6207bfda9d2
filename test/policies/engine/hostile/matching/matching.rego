package dappmesh.governance.matching

# METADATA
# title: Matches a schema
# description: Tells whether the parameters in spec match the schema in spec.
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
violations contains {"path": [], "message": "these are the answers", "details": {"answers": answers}} if {
	spec := input.request.object.spec
	answers := [answer | answer := json.match_schema(spec.parameters, spec.schema)]
}
