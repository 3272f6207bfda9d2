# METADATA
# schemas:
#   - input: schema["review-data-product"]
package dappmesh.governance.owner_present

# METADATA
# title: Owner present
# description: A data product names the team that answers for it and at least one way to reach that team.
# entrypoint: true
# custom:
#   code: DM-OWN-001
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: set owner.teamRef and add a contact
#   scope: [object]
#   inventory: []
violations contains {"path": ["spec", "owner", "teamRef"], "message": "no team is set", "details": {}} if {
	is_object(input.request.object)
	not _has_team
}

violations contains {"path": ["spec", "owner", "contacts"], "message": "no contact is set", "details": {}} if {
	is_object(input.request.object)
	not _has_contact
}

_has_team if trim_space(input.request.object.spec.owner.teamRef) != ""

_has_contact if {
	some contact in input.request.object.spec.owner.contacts
	trim_space(contact.value) != ""
}
