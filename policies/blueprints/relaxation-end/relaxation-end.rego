# METADATA
# schemas:
#   - input: schema["review-any"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.relaxation_end

# METADATA
# title: End of a relaxation
# description: When a Mesh no longer relaxes a policy, what the policy looks at is judged again.
# entrypoint: true
# custom:
#   kinds: [DataProduct, DataContract, AccessAgreement]
#   makes: []
#   inventory: [Mesh.spec.enforcement.until]
output contains {"until": override.until} if {
	some mesh in data.inventory.Mesh
	some override in mesh.spec.enforcement
	override.until > input.context.now
}
