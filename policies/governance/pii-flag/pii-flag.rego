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
violations contains _undeclared(name, "the tag pii") if {
	_is_undeclared
	some name, _ in _contracts
	data.index.tags_of_contract[input.request.namespace][name].pii
}

violations contains _undeclared(name, _described(class)) if {
	_is_undeclared
	some name, _ in _contracts
	some class, _ in data.index.classes_of_contract[input.request.namespace][name]
	_is_personal(class)
}

# Asked first: for products that say so nothing else is looked at.
_is_undeclared if {
	is_object(input.request.object)
	not input.request.object.spec.personalData == true
}

# The host keeps the tags of a contract, folded, and the classes of its properties in an index: walking schemas here
# would cost more than all other policies together.
_contracts := data.index.contracts_of_product[input.request.namespace][input.request.object.metadata.name]

_undeclared(name, reason) := {
	"path": ["spec", "personalData"],
	"message": $"contract {text.quoted(name)} has personal data: {reason}",
	"details": {"contract": name},
}

_described(class) := $"a property of class {text.quoted(class)}" if class in _classes

_described(class) := $"a property of class {text.quoted(class)}, which the Mesh does not know and so counts as {text.quoted(_most_sensitive.name)}" if {
	not class in _classes
	class != ""
}

_described("") := $"a property without a class, which counts as {text.quoted(_most_sensitive.name)}"

_is_personal(class) if {
	some known in vocabulary.mesh.spec.classifications
	known.name == class
	known.personal == true
}

# A property without a class of the Mesh counts as the most sensitive one, the last in the list.
_is_personal(class) if {
	not class in _classes
	_most_sensitive.personal == true
}

_classes contains class.name if some class in vocabulary.mesh.spec.classifications

_most_sensitive := vocabulary.mesh.spec.classifications[count(vocabulary.mesh.spec.classifications) - 1]
