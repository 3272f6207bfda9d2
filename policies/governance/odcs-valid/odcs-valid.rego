# METADATA
# schemas:
#   - input: schema["review-data-contract"]
package dappmesh.governance.odcs_valid

# METADATA
# title: ODCS document valid
# description: The contract's document passes the pinned schema of the Open Data Contract Standard.
# entrypoint: true
# custom:
#   code: DM-VER-008
#   kinds: [DataContract]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: correct the field shown
#   scope: [object]
#   inventory: []
violations contains {"path": fault.path, "message": fault.message, "details": {}} if {
	# The host has run the precompiled validator: 409 KB of JavaScript that no Rego could match in speed.
	some fault in input.context.structure
}
