# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.index: schema["index"]
package dappmesh.governance.pii_flag

import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Personal data is declared
# description: A data product with personal data in one of its contracts says personalData true.
# entrypoint: true
# custom:
#   code: DM-PRV-003
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: 'set personalData: true'
#   scope: [object, inventory]
#   inventory: [Mesh.spec.classifications.name, Mesh.spec.classifications.personal, Domain.spec.meshRef, DataContract.spec.productRef]
violations contains _undeclared(name, "a property is tagged pii") if {
	_is_undeclared
	some name, _ in _contracts
	some tag, _ in data.index.tags_of_contract[input.request.namespace][name]
	lower(tag) == "pii"
}

violations contains _undeclared(name, _described(class)) if {
	_is_undeclared
	some name, _ in _contracts
	some class, _ in data.index.classes_of_contract[input.request.namespace][name]
	class in _personal
}

# Asked first: for products that say so nothing else is looked at.
_is_undeclared if {
	is_object(input.request.object)
	not input.request.object.spec.personalData == true
}

# The host keeps the tags and classes of a contract's properties in an index: walking schemas here would cost more
# than all other policies together.
_contracts := data.index.contracts_of_product[input.request.namespace][input.request.object.metadata.name]

_undeclared(name, reason) := {
	"path": ["spec", "personalData"],
	"message": $"contract {text.quoted(name)} has personal data: {reason}",
	"details": {"contract": name},
}

_described(class) := $"a property is of class {text.quoted(class)}" if class != ""

_described("") := $"a property without a class counts as {text.quoted(_most_sensitive.name)}"

_personal contains class.name if {
	some class in vocabulary.mesh.spec.classifications
	class.personal == true
}

# A property without a class counts as the most sensitive one, the last in the Mesh's list. Its key is empty.
_personal contains "" if _most_sensitive.personal == true

_most_sensitive := vocabulary.mesh.spec.classifications[count(vocabulary.mesh.spec.classifications) - 1]
