# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.defaults.notice_period

import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Notice period
# description: Contracts and agreements take the notice period of the Mesh where they state none.
# entrypoint: true
# custom:
#   code: DM-GOV-003
#   kinds: [DataContract, AccessAgreement]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: "off", admission: "off", audit: "off"}
#   remedy: none needed; set the field in git to choose otherwise
#   scope: [object, inventory]
#   inventory: [Mesh.spec.notice.deprecationDays, Mesh.spec.notice.agreementDays, Domain.spec.meshRef, DataProduct.spec.domainRef]
additions contains {"path": ["spec", "noticePeriodDays"], "value": days} if {
	is_object(input.request.object.spec)
	object.get(input.request.object.spec, "noticePeriodDays", null) == null
	days := _days[input.request.kind.kind]
}

_days["DataContract"] := vocabulary.mesh.spec.notice.deprecationDays

_days["AccessAgreement"] := vocabulary.mesh.spec.notice.agreementDays
