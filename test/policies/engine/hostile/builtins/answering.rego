package dappmesh.governance.answering

# METADATA
# title: Asks the host
# description: Answers of all built-ins that the host adds, for the arguments in spec.
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
violations contains {"path": [], "message": "these are the answers", "details": details} if {
	spec := input.request.object.spec
	details := {
		"compared": {key: answer | some key, [a, b] in spec.pairs; answer := semver.compare(a, b)},
		"valid": {key: answer | some key, version in spec.versions; answer := semver.is_valid(version)},
		"printed": {key: answer | some key, [format, values] in spec.formats; answer := sprintf(format, values)},
		"written": {key: answer | some key, value in spec.values; answer := json.marshal_with_options(value, {"pretty": false})},
		"hashed": {key: answer | some key, text in spec.texts; answer := crypto.sha256(text)},
	}
}
