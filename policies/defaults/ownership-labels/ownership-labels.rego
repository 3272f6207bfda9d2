# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.defaults.ownership_labels

import data.dappmesh.governance.lib.label
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Ownership labels
# description: Data products, contracts and agreements carry their Domain and owner team as labels, so that people and tools can select by them.
# entrypoint: true
# custom:
#   code: DM-GOV-003
#   kinds: [DataProduct, DataContract, AccessAgreement]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: "off", admission: "off", audit: "off"}
#   remedy: none needed; commit what dappmesh fix writes
#   scope: [object, inventory]
#   inventory: [DataProduct.spec.domainRef, DataProduct.spec.owner.teamRef]
#   metadata: [metadata.labels.dappmesh.io/domain, metadata.labels.dappmesh.io/owner]
additions contains {"path": ["metadata", "labels", key], "value": value} if {
	is_object(input.request.object)
	some key, value in _labels
	object.get(input.request.object.metadata, ["labels", key], null) == null
	label.is_value(value)
}

_labels["dappmesh.io/domain"] := vocabulary.domain_name

_labels["dappmesh.io/owner"] := vocabulary.product.spec.owner.teamRef
