# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.defaults.domain_label

import data.dappmesh.governance.lib.label
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Domain label
# description: Data products, contracts and agreements carry their Domain as a label, so that people and tools can select by it. A label is filled in once and so holds only what never changes.
# entrypoint: true
# custom:
#   code: DM-GOV-003
#   kinds: [DataProduct, DataContract, AccessAgreement]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: "off", admission: "off", audit: "off"}
#   remedy: none needed; set the field in git to choose otherwise
#   scope: [object, inventory]
#   inventory: [DataProduct.spec.domainRef]
#   metadata: [metadata.labels.dappmesh.io/domain]
additions contains {"path": ["metadata", "labels", "dappmesh.io/domain"], "value": value} if {
	is_object(input.request.object)
	object.get(input.request.object.metadata, ["labels", "dappmesh.io/domain"], null) == null
	value := vocabulary.domain_name
	label.is_value(value)
}
