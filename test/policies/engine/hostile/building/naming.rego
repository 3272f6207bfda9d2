# What the spec of the product lists is what it says.
package dappmesh.blueprints.naming

# METADATA
# title: Naming
# description: Gives the items that the product's spec lists.
# entrypoint: true
# custom:
#   kinds: [DataProduct, Mesh]
#   makes: [v1/ConfigMap, v1/Secret, apps/v1/StatefulSet, dappmesh.io/v1alpha1/Domain]
#   inventory: [EngineClass.spec.parameters]
output contains item if some item in input.request.object.spec.items

output contains {"object": {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": contract.name},
	"data": {"version": contract.spec.odcs.version, "hash": crypto.sha256(contract.name)},
}} if {
	some contract in input.context.contracts
}

output contains {"object": {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": name},
	"data": {"size": class.spec.parameters.size},
}} if {
	some name, class in data.inventory.EngineClass
}
