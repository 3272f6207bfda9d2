# The contracts of a product. Undefined documents are skipped: what is wrong with them is reported on themselves.

# METADATA
# schemas:
#   - input: schema["review-any"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.governance.lib.contract

# Identity and version of each contract of a product: `{[id, version], …}`.
of_product(namespace, product) := {[odcs.id, odcs.version] |
	some name, _ in data.index.contracts_of_product[namespace][product]
	odcs := data.inventory.DataContract[namespace][name].spec.odcs
}

# Whether the product has a contract of the id and version that `ref` names.
is_of_product(namespace, product, ref) if {
	some name, _ in data.index.contracts_of_product[namespace][product]
	odcs := data.inventory.DataContract[namespace][name].spec.odcs
	odcs.id == ref.id
	odcs.version == ref.version
}
