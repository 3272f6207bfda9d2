# METADATA
# schemas:
#   - input: schema["review-any"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.exemption_end

# METADATA
# title: End of an exemption
# description: When an exemption from a policy ends, what it exempted is judged again.
# entrypoint: true
# custom:
#   kinds: [DataProduct, DataContract, AccessAgreement]
#   makes: []
#   inventory: [PolicyExemption.spec.target, PolicyExemption.spec.expires]
output contains {"until": exemption.expires} if {
	namespace := input.request.namespace
	exemption := data.inventory.PolicyExemption[namespace][_].spec
	exemption.target.kind == input.request.kind.kind
	exemption.target.name == input.request.name
	object.get(exemption.target, "namespace", namespace) == namespace
	exemption.expires > input.context.now
}
