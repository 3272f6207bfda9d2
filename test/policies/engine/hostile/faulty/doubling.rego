package dappmesh.governance.doubling

# METADATA
# title: Doubles a text
# description: An object named bomb needs more memory than there is.
# entrypoint: true
# custom:
#   code: DM-TST-003
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "it fitted", "details": {}} if {
	input.request.object.metadata.name == "bomb"
	kilobyte := concat("", ["0123456789abcdef" | some _ in numbers.range(1, 64)])
	megabyte := concat("", [kilobyte | some _ in numbers.range(1, 1024)])
	gigabyte := concat("", [megabyte | some _ in numbers.range(1, 1024)])
	endswith(gigabyte, "f")
}
