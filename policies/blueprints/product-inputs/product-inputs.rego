# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.product_inputs

import data.dappmesh.blueprints.lib.flow_input

# METADATA
# title: Inputs from other namespaces
# description: While an agreement is in force, the password of a SQL port of another namespace is where the flows read it.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Secret]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - EngineClass.spec.blueprint
#     - DataProduct.spec.domainRef
#     - DataProduct.spec.outputPorts.name
#     - DataProduct.spec.outputPorts.type
#     - DataProduct.spec.outputPorts.engineClass
#     - DataProduct.spec.storage.name
#     - DataProduct.spec.processing.name
#     - AccessAgreement.spec.provider
#     - AccessAgreement.spec.consumer
#     - AccessAgreement.spec.state
#     - AccessAgreement.spec.start
#     - AccessAgreement.spec.end
output contains {"object": object} if {
	some found in flow_input.of_ports
	object := flow_input.secret(found)
}
