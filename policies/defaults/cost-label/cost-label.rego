# METADATA
# schemas:
#   - input: schema["review-data-product"]
package dappmesh.defaults.cost_label

import data.dappmesh.governance.lib.label
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Cost label
# description: A data product carries its Domain's cost centre as a label, so that what it runs can be charged.
# entrypoint: true
# custom:
#   code: DM-GOV-003
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: "off", admission: "off", audit: "off"}
#   remedy: none needed; set the field in git to choose otherwise
#   scope: [object, inventory]
#   inventory: [Domain.spec.costCentre]
#   metadata: [metadata.labels.dappmesh.io/cost-centre]
additions contains {"path": ["metadata", "labels", "dappmesh.io/cost-centre"], "value": value} if {
	is_object(input.request.object)
	object.get(input.request.object.metadata, ["labels", "dappmesh.io/cost-centre"], null) == null
	value := vocabulary.domain.spec.costCentre
	label.is_value(value)
}
